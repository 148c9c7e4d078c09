using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Probes;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Console;

/// <summary>The words of the API, in a form that a page's markup can hold.</summary>
internal static class Spelling
{
    public static string Of(MonitorStatus status) => Words<MonitorStatus>.Of(status);

    public static string Of(CheckOutcome outcome) => Words<CheckOutcome>.Of(outcome);

    public static string Of(FirstDeadline starts) => Words<FirstDeadline>.Of(starts);

    public static string Of(Severity severity) => Words<Severity>.Of(severity);

    public static string Of(MonitorKind kind) => Words<MonitorKind>.Of(kind);

    public static string Of(AssertionSubject subject) => Words<AssertionSubject>.Of(subject);

    public static string Of(AssertionComparison comparison) => Words<AssertionComparison>.Of(comparison);
}
