namespace Exemplar.Server.Console.Audit;

/// <summary>The actions of the audit log as people read them.</summary>
internal static class AuditWords
{
    /// <summary>"Monitor created", "Two-factor on".</summary>
    public static string Of(string action) => action.Split('.') is [var what, var done]
        ? char.ToUpperInvariant(what[0]) + Words(what[1..]) + " " + Words(done)
        : action;

    private static string Words(string text) => text.Replace("wo_f", "wo-f", StringComparison.Ordinal).Replace('_', ' ');
}
