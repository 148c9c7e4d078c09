using MudBlazor;

namespace Exemplar.Server.Console.Layout;

/// <summary>MudBlazor's parts in the colours of console.css.</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Fonts = ["Inter", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteDark = new PaletteDark
        {
            Background = "#0d1117", Surface = "#151b23", Primary = "#58c7a2", TextPrimary = "#e6edf3", TextSecondary = "#9aa7b4",
            LinesDefault = "#2a323d", ActionDefault = "#9aa7b4",
        },
        PaletteLight = new PaletteLight
        {
            Background = "#f5f7f9", Surface = "#ffffff", Primary = "#0b6b4f", TextPrimary = "#17202a", TextSecondary = "#51606f",
            LinesDefault = "#d5dce3", ActionDefault = "#51606f",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
    };
}
