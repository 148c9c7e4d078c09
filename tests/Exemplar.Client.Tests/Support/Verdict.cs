using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Exemplar.Client.Tests.Support;

/// <summary>Compares what a program saw with what its vector expects.</summary>
internal static class Verdict
{
    private const string Key = "eis_contract_key_that_must_never_be_shown";

    /// <summary>Everything that is not as expected; empty when all is.</summary>
    public static List<string> Faults(JsonNode seen)
    {
        var vector = seen["filled"]!.AsObject();
        var faults = new List<string>();
        Compare("init", vector["expect_init"]?["raises"], seen["init"]?["raises"], faults);
        var calls = vector["calls"]!.AsArray();
        if (seen["calls"]!.AsArray().Count != calls.Count) faults.Add($"{seen["calls"]!.AsArray().Count} calls were made, not {calls.Count}");
        foreach (var (call, result) in calls.Zip(seen["calls"]!.AsArray())) Call(call!["expect"]!.AsObject(), result!.AsObject(), faults);
        foreach (var (name, expected) in vector["expect"]!.AsObject()) Whole(name, expected!, seen, faults);
        faults.AddRange(seen["texts"]!.AsArray().Select(Text).Where(text => text.Contains(Key, StringComparison.Ordinal)).Select(text => "the key is shown: " + text));
        return faults;
    }

    private static void Call(JsonObject expected, JsonObject result, List<string> faults)
    {
        if (!expected.ContainsKey("raises")) Compare("raises", null, result["raises"], faults);
        foreach (var (name, value) in expected)
        {
            if (name == "error_contains")
            {
                if (!Text(result["error"]).Contains(Text(value), StringComparison.Ordinal)) faults.Add($"error '{result["error"]}' lacks '{value}'");
            }
            else
            {
                Compare(name, value, result[name], faults);
            }
        }
    }

    private static void Whole(string name, JsonNode expected, JsonNode seen, List<string> faults)
    {
        var (report, warnings) = (seen["report"]!, seen["warnings"]!.AsArray().Select(Text).ToList());
        switch (name)
        {
            case "requests" or "other_requests":
                Compare(name, expected, (JsonNode)(double)report[name]!.AsArray().Count, faults);
                break;
            case "connections":
                Compare(name, expected, report[name], faults);
                break;
            case "elapsed_seconds":
                Compare(name, expected, seen[name], faults);
                break;
            case "warnings":
                Compare(name + " " + string.Join(" | ", warnings), expected, (JsonNode)(double)warnings.Count, faults);
                break;
            case "warning_contains":
                faults.AddRange(expected.AsArray().Select(Text).SelectMany(part => warnings
                    .Where(warning => !warning.Contains(part, StringComparison.Ordinal)).Select(warning => $"'{warning}' lacks '{part}'")));
                break;
            case "warning_max_length":
                faults.AddRange(warnings.Where(warning => warning.Length > expected.GetValue<int>()).Select(warning => "too long: " + warning));
                break;
            case "warning_one_line":
                faults.AddRange(warnings.Where(warning => warning.Any(char.IsControl)).Select(warning => "more than a line: " + warning));
                break;
            case "request":
                foreach (var request in report["requests"]!.AsArray()) Request(expected.AsObject(), request!, faults);
                break;
            default:
                faults.Add($"the runner does not know '{name}'");
                break;
        }
    }

    private static void Request(JsonObject expected, JsonNode request, List<string> faults)
    {
        foreach (var (name, value) in expected)
        {
            switch (name)
            {
                case "method" or "path":
                    Compare(name, value, request[name], faults);
                    break;
                case "body":
                    Compare(name, value, JsonNode.Parse(Text(request["body"])), faults);
                    break;
                case "absent_headers":
                    faults.AddRange(value!.AsArray().Select(Text).Where(header => request["headers"]![header] is not null).Select(header => $"header {header} is there"));
                    break;
                case "headers":
                    foreach (var (header, pattern) in value!.AsObject())
                    {
                        var sent = Text(request["headers"]![header]);
                        var fits = header == "x-api-key" ? sent == Text(pattern) : Regex.IsMatch(sent, Text(pattern), RegexOptions.None, TimeSpan.FromSeconds(1));
                        if (!fits) faults.Add($"header {header}: '{sent}' does not fit '{pattern}'");
                    }
                    break;
                default:
                    faults.Add($"the runner does not know '{name}'");
                    break;
            }
        }
    }

    private static void Compare(string what, JsonNode? expected, JsonNode? seen, List<string> faults)
    {
        if (expected is JsonObject range && (range.ContainsKey("min") || range.ContainsKey("max")))
        {
            var number = seen!.GetValue<double>();
            if (number < (range["min"]?.GetValue<double>() ?? double.MinValue) || number > (range["max"]?.GetValue<double>() ?? double.MaxValue))
                faults.Add($"{what} is {number}, expected {range.ToJsonString()}");
            return;
        }
        if (!JsonNode.DeepEquals(expected, seen)) faults.Add($"{what} is {Show(seen)}, expected {Show(expected)}");
    }

    private static string Show(JsonNode? node) => node?.ToJsonString() ?? "null";

    private static string Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
}
