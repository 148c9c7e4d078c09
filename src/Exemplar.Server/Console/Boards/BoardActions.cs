using System.Data.Common;
using System.Text.Json;
using Exemplar.Core.Accounts;
using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Server.Boards;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Routing;
using Exemplar.Server.StatusPages;
using Exemplar.Storage;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Boards;

namespace Exemplar.Server.Console.Boards;

/// <summary>
/// Everything that the console changes of boards. Each action reads the member's role anew and works on the member's organization
/// alone: what a page shows or hides protects nothing.
/// </summary>
internal sealed class BoardActions(SignedIn signedIn, BoardStore boards, PublishedBoards published, TimeProvider clock)
{
    private const string NotAllowed = "Your role may look but not change anything. Ask an admin of your organization.";
    private const string Gone = "This board does not exist any more.";

    /// <summary>Makes a board out of the form's fields, under the same rules as the API.</summary>
    public Task<Outcome<Board>> CreateAsync(Dictionary<string, object?> form) => AsEditorAsync(async (member, now) =>
    {
        var fields = new BoardFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: true, present: []);
        var board = fields.ReadNew();
        if (!fields.Errors.Any) return Of(fields, await boards.CreateAsync(signedIn.Actor(member), board, now, CancellationToken.None));
        fields.Add(await boards.FaultsAsync(member.OrganizationNumber, present: null, board.Slug, board.Services, CancellationToken.None));
        return new Outcome<Board>(null, fields.Errors);
    });

    /// <summary>Changes the board, unless somebody else changed it since <paramref name="present"/> was read.</summary>
    public Task<Outcome<Board>> EditAsync(Board present, Dictionary<string, object?> form) => AsEditorAsync(async (member, now) =>
    {
        var fields = new BoardFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: true, present.Services);
        var change = fields.ReadChange() with { OnlyVersion = present.Version };
        if (!fields.Errors.Any) return Of(fields, await boards.UpdateAsync(signedIn.Actor(member), present.Id, change, now, CancellationToken.None));
        fields.Add(await boards.FaultsAsync(member.OrganizationNumber, present.Id, change.Slug, change.Services, CancellationToken.None));
        return new Outcome<Board>(null, fields.Errors);
    });

    public Task<Outcome<Board>> DeleteAsync(Board board) => AsEditorAsync(async (member, now) =>
    {
        var deleted = await boards.DeleteAsync(signedIn.Actor(member), board.Id, now, CancellationToken.None);
        published.Forget();
        if (deleted.IsDone) return new Outcome<Board>(board);
        return new Outcome<Board>(null, Refusal: deleted.WasFound ? InUse.Words(deleted) : Gone);
    });

    /// <summary>Puts a monitor into the service with this slug, or into one of its own.</summary>
    public Task<Outcome<Board>> AddMonitorAsync(Board board, string? serviceSlug, EntityId monitorId, string monitorName) => AsEditorAsync(async (member, now) =>
    {
        var write = await boards.AddMonitorAsync(signedIn.Actor(member), board.Id, serviceSlug, monitorId, monitorName, now, CancellationToken.None);
        return write.Board is not null ? new Outcome<Board>(write.Board) : new Outcome<Board>(null, Refusal: $"The monitor is saved, but it could not be put on the board {board.Name}.");
    });

    /// <summary>Sets the logo; an upload of null takes it away.</summary>
    public Task<Outcome<Board>> SetLogoAsync(Board board, byte[]? upload) => AsEditorAsync(async (member, now) =>
    {
        var fault = "";
        var logo = upload is null ? null : Logo.Read(upload, out fault);
        if (upload is not null && logo is null) return new Outcome<Board>(null, Refusal: $"The logo {fault}.");
        if (!await boards.SetLogoAsync(signedIn.Actor(member), board.Id, logo, now, CancellationToken.None)) return new Outcome<Board>(null, Refusal: Gone);
        return new Outcome<Board>(await boards.FindAsync(member.OrganizationNumber, board.Id, CancellationToken.None));
    });

    private async Task<Outcome<Board>> AsEditorAsync(Func<Member, DateTimeOffset, Task<Outcome<Board>>> act)
    {
        try
        {
            return await signedIn.MemberAsync(MemberRole.Editor) is { } member
                ? await act(member, clock.Moment())
                : new Outcome<Board>(null, Refusal: NotAllowed);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or DbException)
        {
            return new Outcome<Board>(null, Refusal: "The database cannot be used now; nothing was changed. Try again shortly.");
        }
    }

    private Outcome<Board> Of(BoardFields fields, BoardWrite write)
    {
        if (write.Board is { } board)
        {
            published.Forget();
            return new Outcome<Board>(board);
        }
        if (write.Faults.NotFound) return new Outcome<Board>(null, Refusal: Gone);
        if (write.Faults.ChangedMeanwhile) return new Outcome<Board>(null, Refusal: "Somebody else changed this board meanwhile. Open it again, so that neither change is lost.");
        if (write.Faults.TooMany) return new Outcome<Board>(null, Refusal: $"Your organization has {BoardLimits.Boards} boards already. Remove one that is not needed any more.");
        fields.Add(write.Faults);
        return new Outcome<Board>(null, fields.Errors);
    }
}
