using System.Text.Json;
using Exemplar.Server.Console.Layout;

namespace Exemplar.Server.Tests.Console;

public sealed class FormChangesTests
{
    [Fact]
    public void Only_what_was_changed_is_stored()
    {
        Assert.Equal("{}", Changes("""{"name":"a","tags":["x"],"hours":null}""", """{"name":"a","tags":["x"],"hours":null}"""));
        Assert.Equal("""{"name":"b"}""", Changes("""{"name":"a","tags":["x"]}""", """{"name":"b","tags":["x"]}"""));
        Assert.Equal("""{"tags":[],"hours":null}""", Changes("""{"tags":["x"],"hours":{"from":"08:00"}}""", """{"tags":[],"hours":null}"""));
        Assert.Equal("""{"body":"typed anew"}""", Changes("""{"name":"a"}""", """{"name":"a","body":"typed anew"}"""));
    }

    [Fact]
    public void Of_an_object_that_the_api_merges_only_the_changed_fields_are_sent_and_of_any_other_the_whole()
    {
        Assert.Equal("""{"config":{"url":"b"}}""", Changes("""{"config":{"url":"a","method":"POST"}}""", """{"config":{"url":"b","method":"POST"}}"""));
        Assert.Equal("""{"hours":{"from":"09:00","to":"18:00"}}""", Changes("""{"hours":{"from":"08:00","to":"18:00"}}""", """{"hours":{"from":"09:00","to":"18:00"}}"""));
    }

    [Fact]
    public void A_list_that_the_dialog_changes_in_place_is_as_it_was_when_the_dialog_was_opened()
    {
        List<string> chosen = ["a", "b"];
        Dictionary<string, object?> form = new(StringComparer.Ordinal) { ["depends_on"] = chosen.Select(id => id) };
        var opened = FormChanges.Opened(form);
        chosen.Remove("a");
        Assert.Equal("""{"depends_on":["b"]}""", JsonSerializer.Serialize(FormChanges.Since(opened, form)));
    }

    [Fact]
    public void Two_fields_that_are_judged_together_are_sent_together() =>
        Assert.Equal(
            """{"alert_policy":{"alert_after":7,"alert_after_of_last":5}}""",
            Changes("""{"alert_policy":{"alert_after":3,"alert_after_of_last":5,"recover_after":2}}""", """{"alert_policy":{"alert_after":7,"alert_after_of_last":5,"recover_after":2}}"""));

    private static string Changes(string opened, string form) => JsonSerializer.Serialize(FormChanges.Since(FormChanges.Opened(Read(opened)), Read(form)));

    private static Dictionary<string, object?> Read(string json) => JsonSerializer.Deserialize<Dictionary<string, object?>>(json)!;
}
