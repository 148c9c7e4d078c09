using Deque.AxeCore.Commons;

namespace Exemplar.Console.Tests.Support;

/// <summary>
/// axe in the page that it looks at. The adapter for Playwright opens another page for each look, to put the findings of frames together:
/// a process of the browser each time, and our pages have no frames.
/// </summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    private const string Run = """
        async coloursAlone => {
          const options = { resultTypes: ["violations"], elementRef: false };
          if (coloursAlone) options.runOnly = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
          const { violations, passes } = await axe.run(document, options);
          if (passes.length === 0) throw new Error("axe looked at nothing");
          return violations.filter(v => v.impact === "serious" || v.impact === "critical")
            .map(v => `${v.id}, ${v.help}: ${v.nodes.slice(0, 5).map(n => n.html).join(" | ")}`);
        }
        """;

    /// <summary>The serious and critical faults of a page, for people.</summary>
    /// <param name="page">The page as it stands; without frames.</param>
    /// <param name="coloursAlone">Whether everything but its colours was looked at already.</param>
    public static async Task<IReadOnlyList<string>> FaultsAsync(IPage page, bool coloursAlone)
    {
        if (!await page.EvaluateAsync<bool>("() => typeof axe === 'object'")) await page.EvaluateAsync(Script);
        Assert.Single(page.Frames);
        return await page.EvaluateAsync<string[]>(Run, coloursAlone);
    }
}
