using System.Diagnostics.CodeAnalysis;
using Exemplar.Core.Tokens;
using Exemplar.Server.Problems;

namespace Exemplar.Server.Tokens;

/// <summary>Why a request was turned away at the gate.</summary>
internal enum TokenRejection
{
    None,
    MissingToken,
    InvalidToken,
    InsufficientScope,
    RateLimited,
}

/// <summary>What the gate says: the token that may go on, or why not.</summary>
internal readonly record struct TokenVerdict
{
    private TokenVerdict(ApiToken? token, TokenRejection rejection, TimeSpan retryAfter)
    {
        Token = token;
        Rejection = rejection;
        RetryAfter = retryAfter;
    }

    public ApiToken? Token { get; }

    public TokenRejection Rejection { get; }

    /// <summary>For <see cref="TokenRejection.RateLimited"/>: when to come again.</summary>
    public TimeSpan RetryAfter { get; }

    [MemberNotNullWhen(true, nameof(Token))]
    public bool IsAllowed => Token is not null;

    public static TokenVerdict Allowed(ApiToken token) => new(token, TokenRejection.None, default);

    public static TokenVerdict Rejected(TokenRejection rejection, TimeSpan retryAfter = default) => new(null, rejection, retryAfter);

    /// <summary>The answer to a request that was turned away.</summary>
    public ProblemResult ToProblem(TokenScopes needed) => Rejection switch
    {
        TokenRejection.MissingToken => new ProblemResult(
            ProblemKind.MissingToken, "Send an API access token in X-API-Key or as Authorization: Bearer."),
        TokenRejection.InsufficientScope => new ProblemResult(
            ProblemKind.InsufficientScope, $"This needs a token with the scope {ScopeNames.Of(needed)[0]}."),
        TokenRejection.RateLimited => new ProblemResult(
            ProblemKind.RateLimited, "This token sends more requests than the server allows.") { RetryAfter = RetryAfter },
        _ => new ProblemResult(ProblemKind.InvalidToken, "The token is unknown, revoked or expired."),
    };
}
