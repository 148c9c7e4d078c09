namespace Exemplar.Server.Console.Accounts;

/// <summary>Where a sign-in leads to: a page of this console, never another site.</summary>
internal static class ReturnAddress
{
    public static string Of(string? to) => to is ['/', not ('/' or '\\'), ..] && !to.Any(char.IsControl) ? to : "/monitors";
}
