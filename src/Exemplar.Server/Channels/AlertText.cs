using System.Text;
using System.Text.Json;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Server.Console.Schedules;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels;

/// <summary>One thing that an alert says beside its subject: "Since", "2026-11-23 05:06:00 UTC".</summary>
/// <param name="Label">What it is.</param>
/// <param name="Text">One line of other people's text, tidied but not escaped.</param>
internal sealed record AlertLine(string Label, string Text);

/// <summary>
/// An alert in words for people. Everything is one line of tidied text: no control characters and no marks that turn text around;
/// what is special to a service its channel escapes.
/// </summary>
/// <param name="Subject">"DOWN Nightly backup".</param>
/// <param name="Lines">Cause, since, last heartbeat, incident, runbook; the most important first.</param>
/// <param name="Link">The page of the console; null when nobody has said where it is.</param>
internal sealed record AlertText(string Subject, IReadOnlyList<AlertLine> Lines, string? Link)
{
    private const int MostNames = 10;
    private const int LongestLine = 1_000;

    // What jobs usually call it, in the order in which people look for it.
    private static readonly (string Word, string[] Keys)[] Places =
        [("host", ["hostname", "host", "node", "server"]), ("region", ["region", "zone", "datacenter"]), ("job", ["job_id", "job", "run_id", "task"])];

    /// <summary>The subject and the lines below each other, the link last.</summary>
    public string Plain
    {
        get
        {
            var text = new StringBuilder(Subject).Append('\n').Append(Body);
            return text.ToString().TrimEnd('\n');
        }
    }

    /// <summary>The lines and the link, without the subject.</summary>
    public string Body
    {
        get
        {
            var text = new StringBuilder();
            foreach (var line in Lines) text.Append(line.Label).Append(": ").Append(line.Text).Append('\n');
            if (Link is not null) text.Append(Link);
            return text.ToString().TrimEnd('\n');
        }
    }

    public static AlertText Of(Alert alert, AlertLinks links) =>
        new((alert.IsStale ? "DELIVERED LATE: " : "") + SubjectOf(alert), [.. LinesOf(alert)], links.Page(alert));

    private static string SubjectOf(Alert alert)
    {
        var many = alert.Monitors > 1;
        var who = many ? $"{alert.Monitors} monitors" : PlainText.Line(alert.Monitor.Name);
        return alert.Event switch
        {
            AlertEvent.Down => $"DOWN {who}",
            AlertEvent.Recovered when ResolvedBy(alert) is not null => $"RESOLVED {who}",
            AlertEvent.Recovered => $"UP {who}" + (!many && DownFor(alert) is { } time ? $", was down {TimeWords.Long(time)}" : ""),
            AlertEvent.Reminder => $"STILL DOWN {who}" + (many ? "" : $", for {TimeWords.Long(alert.At - alert.Monitor.Since)}"),
            AlertEvent.Late => $"LATE {who}",
            _ => $"TEST {who}",
        };
    }

    private static IEnumerable<AlertLine> LinesOf(Alert alert)
    {
        if (alert.IsStale) yield return new AlertLine("Delivered late", $"this happened at {TimeWords.Utc(alert.At)} and may be over.");
        if (alert.Monitors == 1 && Tidy(alert.Note) is { Length: > 0 } note) yield return new AlertLine("Note", note);
        if (alert.Monitors > 1) yield return new AlertLine("Monitors", Folded(alert));
        if (alert.Monitors > 1 && Tidy(alert.Note) is { Length: > 0 } notes) yield return new AlertLine("Note", notes);
        if (alert.Monitors == 1 && Cause(alert) is { Length: > 0 } cause) yield return new AlertLine("Cause", cause);
        yield return alert.Event switch
        {
            AlertEvent.Recovered when ResolvedBy(alert) is { } actor => new AlertLine("Resolved by", $"{actor}, {TimeWords.Utc(alert.At)}, while down"),
            AlertEvent.Recovered => new AlertLine("Up since", TimeWords.Utc(alert.At)),
            AlertEvent.Late => new AlertLine("Expected", TimeWords.Utc(alert.At)),
            AlertEvent.Test => new AlertLine("Sent", TimeWords.Utc(alert.At)),
            _ => new AlertLine("Since", TimeWords.Utc(alert.Monitor.Since)),
        };
        // Most are normal, and a line that always says the same is not read any more.
        if (alert.Event is AlertEvent.Down or AlertEvent.Reminder or AlertEvent.Late && alert.Monitor.Severity != Severity.Normal)
            yield return new AlertLine("Severity", Words<Severity>.Of(alert.Monitor.Severity));
        if (Tidy(alert.Escalated) is { Length: > 0 } escalated) yield return new AlertLine("Why now", escalated);
        if (alert is { Monitors: 1, LastHeartbeat: { } last }) yield return new AlertLine("Last heartbeat", Heartbeat(last));
        if (alert.Incident is not { } incident) yield break;
        yield return new AlertLine("Incident", $"#{incident.Number} {Tidy(incident.Title)}".TrimEnd());
        if (Tidy(incident.Runbook) is { Length: > 0 } runbook) yield return new AlertLine("Runbook", runbook);
    }

    private static string Cause(Alert alert) => alert.Event switch
    {
        AlertEvent.Down or AlertEvent.Reminder or AlertEvent.Late => Tidy(alert.Check?.Error ?? alert.Incident?.Cause),
        AlertEvent.Test => "Somebody tries this channel; nothing is wrong.",
        _ => "",
    };

    private static string Folded(Alert alert)
    {
        var names = alert.Names.Take(MostNames).Select(name => PlainText.Cut(PlainText.Line(name), 80)).ToList();
        var state = alert.Event switch
        {
            AlertEvent.Recovered when ResolvedBy(alert) is not null => "are still down, and somebody ended their incident",
            AlertEvent.Recovered => "are up again",
            AlertEvent.Late => "are late",
            AlertEvent.Reminder => "are still down",
            AlertEvent.Test => "are tried",
            _ => "are down",
        };
        var more = alert.Monitors > names.Count ? " …" : "";
        return names.Count == 0 ? $"{alert.Monitors} monitors {state}." : $"{alert.Monitors} monitors {state}: {string.Join(", ", names)}{more}";
    }

    private static TimeSpan? DownFor(Alert alert) => alert.Incident is { } incident ? (incident.ResolvedAt ?? alert.At) - incident.OpenedAt : null;

    private static string Heartbeat(AlertHeartbeat last)
    {
        var places = PlacesOf(last.Metadata).ToList();
        return TimeWords.Utc(last.At) + (places.Count > 0 ? $" ({string.Join(", ", places)})" : "");
    }

    private static IEnumerable<string> PlacesOf(string? metadata)
    {
        if (metadata is null) yield break;
        using var document = Parse(metadata);
        if (document?.RootElement.ValueKind != JsonValueKind.Object) yield break;
        foreach (var (word, keys) in Places)
        {
            foreach (var key in keys)
            {
                if (!document.RootElement.TryGetProperty(key, out var value) || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) continue;
                if (PlainText.Cut(PlainText.Line(value.ToString()), 100) is not { Length: > 0 } text) continue;
                yield return $"{word} {text}";
                break;
            }
        }
    }

    private static JsonDocument? Parse(string metadata)
    {
        try
        {
            return JsonDocument.Parse(metadata);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Somebody has ended the incident; the monitor is still down, and nothing may say that it is up.
    private static string? ResolvedBy(Alert alert) => alert.Incident?.ResolvedBy is { } actor ? Tidy(actor) : null;

    private static string Tidy(string? text) => PlainText.Cut(PlainText.Line(text), LongestLine);
}
