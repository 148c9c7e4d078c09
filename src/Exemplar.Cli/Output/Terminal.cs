using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exemplar.Client;
using Spectre.Console;

namespace Exemplar.Cli.Output;

/// <summary>What is written for people and for programs. Texts of others never reach a terminal with control characters.</summary>
internal static class Terminal
{
    private static readonly JsonWriterOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line on stderr, where it disturbs no output.</summary>
    public static void Complain(string message) => Console.Error.WriteLine("exemplar: " + PlainText.Of(message, 1_000));

    public static void Say(string line) => Console.Out.WriteLine(PlainText.Of(line, 10_000));

    /// <summary>One line of JSON.</summary>
    public static void WriteJson(JsonNode node) => Console.Out.WriteLine(Json(node));

    public static string Json(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Lines)) node.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A table without lines, as programs can read it too.</summary>
    public static void WriteTable(string[] head, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.None, Expand = false };
        foreach (var title in head) table.AddColumn(new TableColumn(new Text(title)) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(PlainText.Of(cell, 200))));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Out), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No,
        });
        // A cell that is cut helps nobody; a terminal wraps by itself.
        console.Profile.Width = 2_000;
        console.Write(table);
    }

    /// <summary>Whether it is meant; without a terminal only the flag can say so.</summary>
    public static bool Confirm(string question, bool yes)
    {
        if (yes) return true;
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            Complain("Add --yes: there is no terminal to ask on.");
            return false;
        }
        Console.Error.Write(PlainText.Of(question, 500) + " [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
