namespace Exemplar.Console.Tests.Support;

/// <summary>The look for faults finds those that are there.</summary>
public sealed class AxeTests
{
    [Theory, InlineData(false, "image-alt"), InlineData(true, "color-contrast")]
    public async Task A_picture_without_a_name_and_pale_words_are_found(bool coloursAlone, string rule)
    {
        await using var context = await (await TestBrowser.GetAsync()).NewContextAsync();
        var page = await context.NewPageAsync();
        await page.SetContentAsync(
            "<html lang='en'><title>Pale</title><main><h1>Pale</h1><p style='color:#ccc;background:#fff'>hardly to be read</p><img src='data:,'></main></html>");
        var faults = await Axe.FaultsAsync(page, coloursAlone);
        Assert.Contains(faults, fault => fault.StartsWith(rule, StringComparison.Ordinal));
        Assert.Equal(coloursAlone ? 1 : 2, faults.Count);
    }
}
