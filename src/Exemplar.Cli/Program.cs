using System.CommandLine;
using System.CommandLine.Invocation;
using Exemplar.Cli;
using Exemplar.Cli.Heartbeats;
using Exemplar.Cli.Jobs;
using Exemplar.Cli.Monitors;
using Exemplar.Cli.Output;
using Exemplar.Cli.Settings;
using Exemplar.Cli.Spool;
using Exemplar.Cli.Tokens;

// What stands after the first -- belongs to the job, whatever it looks like.
var (own, job) = JobArguments.Split(args);
var root = new RootCommand("Sends heartbeats to Exemplar, runs jobs and reports their success, manages monitors and tokens.")
{
    SendCommand.Create(),
    ExecCommand.Create(job),
    SpoolCommand.Create(),
    MonitorCommands.Create(),
    ChecksCommand.Create(),
    TokenCommands.Create(),
};
root.Directives.Clear();
foreach (var option in SharedOptions.All) root.Add(option);

var parsed = root.Parse(own, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is ParseErrorAction || (parsed.Errors.Count > 0 && parsed.Action is null))
{
    foreach (var error in parsed.Errors) Terminal.Complain(error.Message);
    Terminal.Complain("See exemplar --help.");
    return ExitCodes.Misuse;
}
// Signals are the job's business, not the parser's.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
