using System.Globalization;
using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Core.Routing;
using Exemplar.Core.Schedules;
using Exemplar.Server.Console.Layout;
using Exemplar.Server.Requests;
using Exemplar.Server.Routing;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Console.Routing;

/// <summary>A participant as somebody typed it.</summary>
internal sealed class ParticipantForm
{
    public string Name { get; set; } = "";

    /// <summary>The channel's id; empty until one is chosen.</summary>
    public string Channel { get; set; } = "";
}

/// <summary>An override as somebody typed it, in local time as a browser writes it.</summary>
internal sealed class OverrideForm
{
    public string From { get; set; } = "";

    public string To { get; set; } = "";

    public string Participant { get; set; } = "";
}

/// <summary>What somebody typed about a rotation, as the dialog holds it. Moments are on the clocks of the rotation's zone.</summary>
internal sealed class RotationForm
{
    private const string Format = "yyyy-MM-dd'T'HH:mm";

    public string Name { get; set; } = "";

    public string TimeZone { get; set; } = "UTC";

    public bool IsWeekly { get; set; } = true;

    public DayOfWeek Day { get; set; } = DayOfWeek.Monday;

    public string At { get; set; } = "09:00";

    public string StartsAt { get; set; } = "";

    public List<ParticipantForm> Participants { get; } = [];

    public List<OverrideForm> Overrides { get; } = [];

    /// <summary>An empty form: the first turn begins now.</summary>
    public static RotationForm New(DateTimeOffset now)
    {
        var form = new RotationForm { StartsAt = Local(now, TimeZoneInfo.Utc) };
        form.Participants.Add(new ParticipantForm());
        return form;
    }

    /// <summary>A stored rotation without overrides that are over and channels that are no longer there.</summary>
    public static RotationForm Of(Rotation rotation, RoutingNames names, DateTimeOffset now) => Of(rotation, names.Channels.ContainsKey, now);

    /// <summary>What is stored, as the API takes it; with channels that are no longer there.</summary>
    public static JsonElement Stored(Rotation rotation, DateTimeOffset now) => FormChanges.Opened(Of(rotation, _ => true, now).ToJson());

    private static RotationForm Of(Rotation rotation, Func<EntityId, bool> isThere, DateTimeOffset now)
    {
        var form = new RotationForm
        {
            Name = rotation.Name, TimeZone = rotation.Zone.Id, IsWeekly = rotation.HandOver.Every == HandOverEvery.Weekly, Day = rotation.HandOver.Day,
            At = RouteHoursResource.Text(rotation.HandOver.At), StartsAt = Local(rotation.StartsAt, rotation.Zone),
        };
        form.Participants.AddRange(rotation.Participants.Select(p => new ParticipantForm
        {
            Name = p.Name, Channel = isThere(p.ChannelId) ? p.ChannelId.ToString() : "",
        }));
        form.Overrides.AddRange(rotation.Overrides.Where(o => o.To > now).Select(o => new OverrideForm
        {
            From = Local(o.From, rotation.Zone), To = Local(o.To, rotation.Zone), Participant = o.Participant,
        }));
        return form;
    }

    /// <summary>As the API takes it.</summary>
    public Dictionary<string, object?> ToJson()
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone.Trim(), out var known) ? known : TimeZoneInfo.Utc;
        var handOver = new Dictionary<string, object?>(StringComparer.Ordinal) { ["every"] = IsWeekly ? "weekly" : "daily", ["at"] = At.Trim() };
        if (IsWeekly) handOver["day"] = Words<DayOfWeek>.Of(Day);
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = Name,
            ["time_zone"] = TimeZone.Trim(),
            ["hand_over"] = handOver,
            ["starts_at"] = Moment(StartsAt, zone),
            ["participants"] = Participants.Select(p => Fields(("name", p.Name), ("channel_id", p.Channel))).ToArray(),
            ["overrides"] = Overrides.Select(o => Fields(("from", Moment(o.From, zone)), ("to", Moment(o.To, zone)), ("participant", o.Participant))).ToArray(),
        };
    }

    private static Dictionary<string, object?> Fields(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var json = new Dictionary<string, object?>(StringComparer.Ordinal);
        // What was left empty is missing, and the rules of the API say so.
        foreach (var (name, value) in fields) json[name] = value.Length == 0 ? null : value;
        return json;
    }

    private static string Local(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString(Format, CultureInfo.InvariantCulture);

    private static string Moment(string local, TimeZoneInfo zone) =>
        DateTime.TryParseExact(local, [Format, Format + "':'ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var typed)
            ? Moments.Text(LocalTime.StartOf(zone, typed))
            : local;
}
