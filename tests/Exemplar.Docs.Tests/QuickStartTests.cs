using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Exemplar.Docs.Tests.Support;

namespace Exemplar.Docs.Tests;

/// <summary>The README's quick start does what the README says it does.</summary>
public sealed class QuickStartTests(QuickStart quickStart)
{
    private const string Words = "no heartbeat received within expected_interval_minutes + grace_period_minutes (";

    [Fact]
    public async Task The_block_runs_as_it_is_written_and_ends_with_a_failing_check_and_a_down_period()
    {
        Assert.Equal((0, ""), (quickStart.Run.Code, quickStart.Run.Errors));
        var answers = Answers(quickStart.Run.Output);
        Assert.Equal(4, answers.Count);
        var (monitor, beat, checks, timeline) = (answers[0], answers[1], answers[2], answers[3]);

        Assert.Equal("new", Text(monitor, "status"));
        Assert.Equal((Text(monitor, "id"), "up"), (Text(beat, "monitor_id"), Text(beat, "status")));
        var failing = checks.GetProperty("items").EnumerateArray().Where(c => Text(c, "outcome") == "down").ToList();
        Assert.NotEmpty(failing);
        Assert.All(failing, check => Assert.StartsWith(Words, Text(check, "error"), StringComparison.Ordinal));
        var last = timeline.GetProperty("periods").EnumerateArray().Last();
        Assert.Equal("down", Text(last, "status"));
        Assert.StartsWith(Words, Text(last, "error"), StringComparison.Ordinal);

        using var again = await quickStart.Http.PostAsJsonAsync("/api/monitoring/heartbeat", new { monitor_id = Text(monitor, "id") });
        Assert.Equal("up", Text(await again.Content.ReadFromJsonAsync<JsonElement>(), "status"));
    }

    [Fact]
    public void The_words_that_come_are_the_ones_that_the_readme_promises() =>
        Assert.Contains(Words, File.ReadAllText(Repository.File("README.md")).ReplaceLineEndings(" "), StringComparison.Ordinal);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    /// <summary>The JSON that curl wrote, one answer after the other.</summary>
    private static List<JsonElement> Answers(string output)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(output), new JsonReaderOptions { AllowMultipleValues = true });
        var answers = new List<JsonElement>();
        while (reader.Read()) answers.Add(JsonElement.ParseValue(ref reader));
        return answers;
    }
}
