using System.Text.Json;
using Exemplar.Core.Probes;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Probes;

/// <summary>Reads <c>assertions</c>: a list of objects with <c>on</c>, <c>name</c>, <c>comparison</c> and <c>value</c>.</summary>
internal static class AssertionFields
{
    private const string Name = "assertions";

    public static IReadOnlyList<Assertion>? Read(JsonFields fields)
    {
        if (!fields.Has(Name)) return null;
        if (fields.IsNull(Name)) return [];
        var list = fields.Element(Name);
        if (list.ValueKind != JsonValueKind.Array)
        {
            fields.Errors.Add(Name, "must be a list of objects with on, name, comparison and value");
            return null;
        }
        if (list.GetArrayLength() > EndpointProbe.MostAssertions)
        {
            fields.Errors.Add(Name, $"must hold at most {EndpointProbe.MostAssertions}");
            return null;
        }
        var read = new List<Assertion>();
        foreach (var (position, item) in list.EnumerateArray().Index())
            if (ReadOne(item, $"{Name}[{position}]", fields.Errors) is { } assertion) read.Add(assertion);
        return read;
    }

    private static Assertion? ReadOne(JsonElement item, string place, FieldErrors errors)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            errors.Add(place, "must be an object with on, name, comparison and value");
            return null;
        }
        var fields = new JsonFields(item, nullIsAbsent: true);
        fields.Require("on");
        fields.Require("comparison");
        fields.Require("value");
        var (on, comparison) = (fields.Word<AssertionSubject>("on"), fields.Word<AssertionComparison>("comparison"));
        var (name, value) = (fields.Line("name", 1, Assertion.LongestName), fields.Lines("value", Assertion.LongestValue));
        Assertion? read = null;
        if (!fields.Errors.Any)
        {
            read = new Assertion(on!.Value, name, comparison!.Value, value!);
            if (read.Fault() is var (field, message)) fields.Errors.Add(field, message);
        }
        foreach (var (field, messages) in fields.Errors.ByField)
            foreach (var message in messages) errors.Add($"{place}.{field}", message);
        return read;
    }
}
