using Exemplar.Core.Tokens;
using Exemplar.Storage.Audit;

namespace Exemplar.Server.Tokens;

/// <summary>The scope that an endpoint needs, for the gate and for the documentation.</summary>
internal sealed record NeededScope(TokenScopes Scope);

/// <summary>Puts the gate in front of endpoints.</summary>
internal static class TokenFilter
{
    /// <summary>Lets in only requests whose token covers <paramref name="scope"/>; the handler finds it with <see cref="Token"/>.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, TokenScopes scope)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints
            .WithMetadata(new NeededScope(scope))
            .AddEndpointFilter(async (invocation, next) =>
            {
                var context = invocation.HttpContext;
                var gate = context.RequestServices.GetRequiredService<TokenGate>();
                var verdict = await gate.CheckAsync(context, scope);
                if (!verdict.IsAllowed) return verdict.ToProblem(scope);
                context.Features.Set(verdict.Token);
                return await next(invocation);
            });

    /// <summary>The token as the one who changes something.</summary>
    public static Actor Actor(this HttpContext context) => Storage.Audit.Actor.Of(context.Token(), context.Connection.RemoteIpAddress);

    /// <summary>The token that let the request in.</summary>
    public static ApiToken Token(this HttpContext context) =>
        context.Features.Get<ApiToken>() ?? throw new InvalidOperationException("The endpoint does not require a scope.");
}
