using Exemplar.Server.RateLimits;
using Exemplar.Server.Tokens;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>
/// Lets heartbeats of the lane in by the same token, limits and rules as Kestrel's. Whatever is to be refused is left to
/// Kestrel, whose answers say why.
/// </summary>
internal sealed class LaneGate(TokenGate tokens, RequestLimits limits, HeartbeatIntake intake)
{
    private const int LongestToken = 256;

    /// <summary>Heartbeats that went this way since the start.</summary>
    public long Taken { get; private set; }

    /// <summary>Takes the heartbeat on its way to disk, or to a look-up of its token; false leaves the connection to Kestrel.</summary>
    public bool TryTake(LaneConnection connection, in LaneRequest request, bool moreHasArrived)
    {
        if (request.Token.Length is < TokenGate.ShortestToken or > LongestToken) return false;
        Span<char> text = stackalloc char[request.Token.Length];
        for (var i = 0; i < text.Length; i++) text[i] = (char)request.Token[i];

        if (tokens.Find(text) is not { } known)
        {
            if (connection.TokenWasAskedFor || !tokens.MayBeKnown(text, out var hash)) return false;
            connection.TokenWasAskedFor = true;
            connection.Begin(0, moreHasArrived: false);
            _ = LookUpAsync(connection, text.ToString(), hash);
            return true;
        }

        connection.Clear();
        if (HeartbeatRequest.Read(request.Body, connection) is not null) return false;
        if (limits.WaitOf(connection.Address) is not null) return false;
        if (!tokens.TryUse(known, connection.Address)) return false;

        connection.OrganizationNumber = known.Token.OrganizationNumber;
        connection.Begin(request.Length, moreHasArrived);
        if (intake.TryAccept(connection, wakeWriter: false) == Acceptance.Accepted)
        {
            Taken++;
            return true;
        }
        connection.Rest();
        return false;
    }

    /// <summary>Everything of one round is in the intake: one waking of the writer is enough for all of it.</summary>
    public void EndRound() => intake.WakeWriter();

    private async Task LookUpAsync(LaneConnection connection, string text, Core.Tokens.TokenHash hash)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await tokens.LookUpAsync(text, hash, CancellationToken.None);
        }
        catch (Exception)
        {
            // Kestrel asks once more and answers with what is wrong.
            connection.IsForeign = true;
        }
        connection.GiveBack();
    }
}
