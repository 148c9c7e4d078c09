using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace Exemplar.Server.StatusPages;

/// <summary>The style of status pages. It stands in the page, so that one request is enough, and the policy knows its hash.</summary>
internal static class StatusPageStyle
{
    private static readonly string Css = Read();

    public static readonly MarkupString Text = new(Css);

    public static readonly string Hash = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)));

    private static string Read()
    {
        using var stream = typeof(StatusPageStyle).Assembly.GetManifestResourceStream("status-page.css")
            ?? throw new InvalidOperationException("The style of status pages is not part of the program.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // Browsers read a page with line feeds alone, and hash what they read.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
