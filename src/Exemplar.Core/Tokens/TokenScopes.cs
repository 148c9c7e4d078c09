namespace Exemplar.Core.Tokens;

/// <summary>What a token may do. Stored as a number.</summary>
[Flags]
public enum TokenScopes
{
    None = 0,

    /// <summary>Send heartbeats, nothing else.</summary>
    Heartbeat = 1,

    /// <summary>Read monitors and their history.</summary>
    Read = 2,

    /// <summary>Change monitors; includes <see cref="Read"/> and <see cref="Heartbeat"/>.</summary>
    Write = 4,

    /// <summary>Everything, the organization and its tokens among it.</summary>
    Admin = 8,
}

/// <summary>How scopes include one another.</summary>
public static class TokenScopesRules
{
    /// <summary>True when <paramref name="held"/> covers <paramref name="needed"/>.</summary>
    public static bool Cover(this TokenScopes held, TokenScopes needed) => (Expanded(held) & needed) == needed;

    // Not HasFlag: code that is not optimized yet boxes there, on the path of every request.
    private static TokenScopes Expanded(TokenScopes held)
    {
        if ((held & TokenScopes.Admin) != TokenScopes.None) held |= TokenScopes.Write;
        if ((held & TokenScopes.Write) != TokenScopes.None) held |= TokenScopes.Read | TokenScopes.Heartbeat;
        return held;
    }
}
