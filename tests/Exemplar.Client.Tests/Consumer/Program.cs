// A program as a customer writes it: made from the package, outside of the repository. The tests start it and look at what it says.
//   vectors CONTROL injected|plain FILE…   runs the shared vectors and prints a line of JSON for each
//   worker MONITOR ILL                     beats while the file ILL is not there, until its input ends
//   stubborn MONITOR                       beats although a health check hangs, metadata throws and another monitor is unknown
//   framework                              prints which of the package's libraries it runs on
//   job MONITOR ok|fail|strange            runs a job, with a heartbeat when it succeeds; of a strange one the metadata cannot be made
//   small MONITOR ok|fail                  the same without a client
switch (args)
{
    case ["vectors", var control, var shape, .. var files]:
        await Vectors.RunAsync(control, shape == "injected", files);
        return 0;
    case ["worker", var monitor, var illness]:
        await Worker.RunAsync(monitor, illness);
        return 0;
    case ["stubborn", var monitor]:
        await Worker.RunStubbornAsync(monitor);
        return 0;
    case ["framework"]:
        Console.WriteLine(typeof(Exemplar.Client.ExemplarClient).Assembly.GetCustomAttributes(false).OfType<System.Runtime.Versioning.TargetFrameworkAttribute>().Single().FrameworkName);
        return 0;
    case ["job", var monitor, var fate]:
        return await Job.RunAsync(monitor, fate);
    case ["small", var monitor, var fate]:
        return await Job.RunSmallAsync(monitor, fate);
    default:
        return 2;
}
