using Exemplar.Bench;
using Exemplar.Bench.Alerts;
using Exemplar.Bench.Detect;
using Exemplar.Bench.Pages;
using Exemplar.Bench.Reports;
using Exemplar.Bench.Seeding;

try
{
    if (args.Length == 0) throw new BenchException("Commands: ids, seed, detect, alerts, mass, console, report. See bench/README.md.");
    var arguments = new Arguments(args.AsSpan(1));
    return args[0] switch
    {
        "ids" => SeedCommand.WriteIds(arguments),
        "seed" => await SeedCommand.RunAsync(arguments),
        "detect" => await DetectCommand.RunAsync(arguments),
        "alerts" => await AlertsCommand.RunAsync(arguments),
        "mass" => await MassCommand.RunAsync(arguments),
        "console" => await ConsoleCommand.RunAsync(arguments),
        "report" => IngestReport.Run(arguments),
        _ => throw new BenchException($"There is no command {args[0]}: ids, seed, detect, alerts, mass, console or report."),
    };
}
catch (BenchException exception)
{
    await Console.Error.WriteLineAsync("bench: " + exception.Message);
    return 2;
}
