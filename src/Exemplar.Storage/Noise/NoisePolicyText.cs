using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exemplar.Core.Audit;
using Exemplar.Core.Noise;

namespace Exemplar.Storage.Noise;

/// <summary>A policy as it is stored, and as the audit log tells it.</summary>
internal static class NoisePolicyText
{
    private static readonly JsonSerializerOptions Sparse = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Null when nothing is set.</summary>
    public static string? Write(NoisePolicy policy) => policy == NoisePolicy.Unset ? null : JsonSerializer.Serialize(policy, Sparse);

    public static NoisePolicy Read(string? text) =>
        text is null ? NoisePolicy.Unset : JsonSerializer.Deserialize<NoisePolicy>(text, Sparse) ?? NoisePolicy.Unset;

    /// <summary>The fields that differ, with the name of the policy before them.</summary>
    public static IReadOnlyList<AuditChange> Changes(string name, NoisePolicy? before, NoisePolicy after)
    {
        var was = before ?? NoisePolicy.Unset;
        return AuditChange.Of(
            (name + ".alert_after", Word(was.AlertAfter), Word(after.AlertAfter)),
            (name + ".alert_after_of_last", Word(was.AlertAfterOfLast), Word(after.AlertAfterOfLast)),
            (name + ".recover_after", Word(was.RecoverAfter), Word(after.RecoverAfter)),
            (name + ".remind_every_minutes", Word(was.RemindEvery), Word(after.RemindEvery)),
            (name + ".flapping", Word(was.Flapping), Word(after.Flapping)),
            (name + ".flapping_changes", Word(was.FlappingChanges), Word(after.FlappingChanges)),
            (name + ".flapping_within_minutes", Word(was.FlappingWithin), Word(after.FlappingWithin)),
            (name + ".announce_late", Word(was.AnnounceLate), Word(after.AnnounceLate)),
            (name + ".announce_recovered", Word(was.AnnounceRecovered), Word(after.AnnounceRecovered)));
    }

    private static string? Word(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Word(bool? flag) => flag switch { true => "true", false => "false", null => null };

    private static string? Word(TimeSpan? time) => time?.TotalMinutes.ToString("0.####", CultureInfo.InvariantCulture);
}
