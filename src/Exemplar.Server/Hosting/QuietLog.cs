using Microsoft.Extensions.Logging.Console;

namespace Exemplar.Server.Hosting;

/// <summary>One line per message, with UTC time; the framework speaks only when something is wrong.</summary>
internal static class QuietLog
{
    public static ILoggingBuilder AddQuietLog(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            options.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        // Why a start failed is said once, by Program.cs. A worker that fails later is critical and said.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // With any level enabled the host makes an Activity for every request, heartbeats included.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Refusals of storage are said once, by the workers; EF would repeat each with a stack.
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        // Says at the first start that keys are not encrypted at rest; they are for the owner of the data folder alone.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        return logging;
    }
}
