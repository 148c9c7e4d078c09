using Exemplar.Core.Audit;
using Exemplar.Core.Boards;

namespace Exemplar.Storage.Boards;

/// <summary>What the audit log says about a change of a board.</summary>
internal static class BoardChanges
{
    /// <summary>The fields that differ; all of them where there was no board before.</summary>
    public static IReadOnlyList<AuditChange> Of(Board? before, Board after) => AuditChange.Of(
        ("name", before?.Name, after.Name),
        ("slug", before?.Slug, after.Slug),
        ("published", Word(before?.IsPublished), Word(after.IsPublished)),
        ("title", before?.Title, after.Title),
        ("show_monitors", Word(before?.ShowsMonitors), Word(after.ShowsMonitors)),
        ("services", Words(before), after.Services.Count == 0 && before is null ? null : Words(after)));

    /// <summary>What an entry of a change is called: that everybody may read a board from now on is the change that matters most.</summary>
    public static string Action(Board before, Board after) => (before.IsPublished, after.IsPublished) switch
    {
        (false, true) => AuditAction.BoardPublished,
        (true, false) => AuditAction.BoardUnpublished,
        _ => AuditAction.BoardChanged,
    };

    private static string? Word(bool? yes) => yes switch { null => null, true => "true", false => "false" };

    // The ids are named so that an exchange of one monitor for another is seen.
    private static string? Words(Board? board) => board is null ? null : string.Join("; ", board.Services.Select(s =>
        $"{s.Name}: {string.Join(", ", s.MonitorIds.Select(id => $"{id}").Concat(s.Tags.Select(t => "#" + t)))}"));
}
