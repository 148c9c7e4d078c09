using Exemplar.Server.Problems;

namespace Exemplar.Server.RateLimits;

/// <summary>Turns away an address that sends too much, before anything is read or looked up for it.</summary>
internal sealed class AddressLimitMiddleware(RequestDelegate next, RequestLimits limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (limits.WaitOf(context) is not { } wait) return next(context);
        return new ProblemResult(ProblemKind.RateLimited, "This address sends more requests than the server allows.") { RetryAfter = wait }
            .ExecuteAsync(context);
    }
}
