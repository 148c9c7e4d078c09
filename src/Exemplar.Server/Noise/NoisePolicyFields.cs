using System.Text.Json;
using Exemplar.Core.Noise;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Noise;

/// <summary>Reads a noise policy out of a request body. A field that is null goes back to what stands behind it; one that is left out stays.</summary>
internal static class NoisePolicyFields
{
    private const string Reminders = "remind_every_minutes";

    private static readonly TimeSpan ShortestPace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestFlapping = TimeSpan.FromDays(1);

    /// <summary>What to do to the present policy; null when the field is absent or anything is wrong with it.</summary>
    /// <param name="fields">The body; errors are added with the policy's name before the field.</param>
    /// <param name="name"><c>alert_policy</c> or <c>default_alert_policy</c>.</param>
    public static Func<NoisePolicy, NoisePolicy>? Read(JsonFields fields, string name)
    {
        var element = fields.Element(name);
        if (element.ValueKind == JsonValueKind.Undefined) return null;
        if (element.ValueKind == JsonValueKind.Null) return fields.Has(name) ? _ => NoisePolicy.Unset : null;
        if (element.ValueKind != JsonValueKind.Object)
        {
            fields.Errors.Add(name, "must be an object, or null for the defaults");
            return null;
        }
        var inner = new JsonFields(element, nullIsAbsent: false);
        var (after, ofLast) = (Integer(inner, "alert_after", 1, NoisePolicy.MostChecks), Integer(inner, "alert_after_of_last", 1, NoisePolicy.MostChecks));
        var recover = Integer(inner, "recover_after", 1, NoisePolicy.MostChecks);
        var remind = Pace(inner, Reminders);
        var (flapping, changes) = (Flag(inner, "flapping"), Integer(inner, "flapping_changes", 3, 100));
        var within = Within(inner, "flapping_within_minutes");
        var (late, recovered) = (Flag(inner, "announce_late"), Flag(inner, "announce_recovered"));
        if (ofLast is { Given: true, Value: { } last } && after is { Given: true, Value: { } few } && last < few)
            inner.Errors.Add("alert_after_of_last", "must be at least alert_after");
        if (ofLast is { Given: true, Value: not null } && after is { Given: true, Value: null })
            inner.Errors.Add("alert_after", "is needed beside alert_after_of_last");
        foreach (var (field, messages) in inner.Errors.ByField)
            foreach (var message in messages) fields.Errors.Add($"{name}.{field}", message);
        if (inner.Errors.Any) return null;
        return present => Consistent(present with
        {
            AlertAfter = after.Over(present.AlertAfter),
            AlertAfterOfLast = ofLast.Over(present.AlertAfterOfLast),
            RecoverAfter = recover.Over(present.RecoverAfter),
            RemindEvery = remind.Over(present.RemindEvery),
            Flapping = flapping.Over(present.Flapping),
            FlappingChanges = changes.Over(present.FlappingChanges),
            FlappingWithin = within.Over(present.FlappingWithin),
            AnnounceLate = late.Over(present.AnnounceLate),
            AnnounceRecovered = recovered.Over(present.AnnounceRecovered),
        });
    }

    /// <summary>How often a policy reminds, by itself; null for the default, and when it cannot be read.</summary>
    public static TimeSpan? ReadPace(JsonElement policy) => Pace(new JsonFields(policy, nullIsAbsent: false), Reminders).Value;

    // "5 failed of the last 3" could never come true: where only one of the two was given, the other gives way.
    private static NoisePolicy Consistent(NoisePolicy policy) => policy switch
    {
        { AlertAfter: null } => policy with { AlertAfterOfLast = null },
        { AlertAfterOfLast: { } last, AlertAfter: { } few } when last < few => policy with { AlertAfterOfLast = few },
        _ => policy,
    };

    private static Field<int?> Integer(JsonFields fields, string name, int least, int most) =>
        new(fields.Has(name), fields.IsNull(name) ? null : fields.Integer(name, least, most));

    private static Field<bool?> Flag(JsonFields fields, string name) =>
        new(fields.Has(name), fields.IsNull(name) ? null : fields.Flag(name));

    private static Field<TimeSpan?> Pace(JsonFields fields, string name)
    {
        if (fields.IsNull(name) || !fields.Has(name)) return new Field<TimeSpan?>(fields.Has(name), null);
        if (fields.Element(name) is { ValueKind: JsonValueKind.Number } number && number.GetDouble() == 0) return new Field<TimeSpan?>(true, TimeSpan.Zero);
        var every = fields.Minutes(name);
        if (every < ShortestPace) fields.Errors.Add(name, "must be at least 1 minute, or 0 for never");
        return new Field<TimeSpan?>(true, every);
    }

    private static Field<TimeSpan?> Within(JsonFields fields, string name)
    {
        if (fields.IsNull(name) || !fields.Has(name)) return new Field<TimeSpan?>(fields.Has(name), null);
        var within = fields.Minutes(name);
        if (within < ShortestPace || within > LongestFlapping) fields.Errors.Add(name, "must be between 1 minute and 1 day (1440)");
        return new Field<TimeSpan?>(true, within);
    }

    private readonly record struct Field<T>(bool Given, T Value)
    {
        public T Over(T present) => Given ? Value : present;
    }
}
