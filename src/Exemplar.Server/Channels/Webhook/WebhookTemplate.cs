using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Exemplar.Server.Channels.Webhook;

/// <summary>
/// A text with names to be filled in, such as <c>{{monitor.name}}</c>. There is nothing else in it: no conditions, no loops, no
/// code. What is filled in is escaped for where it stands and is not looked at again.
/// </summary>
internal sealed partial class WebhookTemplate
{
    private const int MostNames = 100;

    // Literals and names take turns, a literal first and last.
    private readonly string[] _literals;
    private readonly string[] _names;

    private WebhookTemplate(string[] literals, string[] names) => (_literals, _names) = (literals, names);

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text.</param>
    /// <param name="wrong">What is wrong with it, going on from the field's name; null when nothing is.</param>
    public static WebhookTemplate? Parse(string text, out string? wrong)
    {
        var literals = new List<string>();
        var names = new List<string>();
        var end = 0;
        foreach (Match match in Name().Matches(text))
        {
            literals.Add(text[end..match.Index]);
            names.Add(match.Groups["name"].Value);
            end = match.Index + match.Length;
        }
        literals.Add(text[end..]);
        wrong = names.Find(name => !TemplateValues.Knows(name)) is { } unknown ? $"knows no {{{{{unknown}}}}}; it knows {TemplateValues.Known}"
            : names.Count > MostNames ? $"must hold at most {MostNames} names"
            : literals.Exists(literal => literal.Contains("{{", StringComparison.Ordinal)) ? "holds '{{' that is no name such as {{monitor.name}}"
            : null;
        return wrong is null ? new WebhookTemplate([.. literals], [.. names]) : null;
    }

    public string Render(TemplateValues values, TemplateFormat format)
    {
        var text = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < _literals.Length; i++)
        {
            text.Append(_literals[i]);
            if (format == TemplateFormat.Json) quoted = EndsQuoted(_literals[i], quoted);
            if (i < _names.Length) text.Append(Escape(values[_names[i]], format, quoted));
        }
        return text.ToString();
    }

    private static string Escape(JsonNode? value, TemplateFormat format, bool quoted)
    {
        if (format == TemplateFormat.Json && !quoted) return value?.ToJsonString() ?? "null";
        var text = TemplateValues.Text(value);
        return format switch
        {
            TemplateFormat.Json => JavaScriptEncoder.Default.Encode(text),
            TemplateFormat.Markup => HtmlEncoder.Default.Encode(text),
            TemplateFormat.Form => Uri.EscapeDataString(text),
            TemplateFormat.Header => PlainText.Line(text),
            _ => PlainText.Lines(text),
        };
    }

    private static bool EndsQuoted(string literal, bool quoted)
    {
        for (var i = 0; i < literal.Length; i++)
        {
            if (literal[i] == '\\' && quoted) i++;
            else if (literal[i] == '"') quoted = !quoted;
        }
        return quoted;
    }

    /// <summary>Whether a text is JSON, for a template that has been filled in.</summary>
    public static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\{\{\s*(?<name>[\w.-]{1,100})\s*\}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();
}

/// <summary>Where a template's values go, which says how they are escaped.</summary>
internal enum TemplateFormat
{
    /// <summary>Text without rules; control characters are taken out.</summary>
    Plain,

    /// <summary>JSON: inside quotes as part of a string, outside as a value of its own.</summary>
    Json,

    /// <summary>XML or HTML.</summary>
    Markup,

    /// <summary>A web form.</summary>
    Form,

    /// <summary>A header: one line.</summary>
    Header,
}
