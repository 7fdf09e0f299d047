using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Worker;

/// <summary>Runs the built app as a process of its own, as Azure does.</summary>
/// <param name="app">The app.</param>
/// <param name="settings">Become the worker's environment.</param>
/// <param name="log">Gets what the worker writes to its console.</param>
internal sealed class ChildProcessLauncher(FunctionApp app, IReadOnlyDictionary<string, string?> settings, ILogger log) : IWorkerLauncher
{
    public Task<LaunchedWorker> Launch(WorkerChannel channel, Uri endpoint, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", Arguments(channel, endpoint))
        {
            WorkingDirectory = app.Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Folder;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.ParentVariable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        try
        {
            return Task.FromResult<LaunchedWorker>(new ChildProcessWorker(Process.Start(start)!, log));
        }
        catch (Win32Exception e)
        {
            throw new HostStartException($"The worker could not be started: dotnet {app.Program}: {e.Message}", e);
        }
    }

    private IEnumerable<string> Arguments(WorkerChannel channel, Uri endpoint) =>
    [
        app.Program,
        "--functions-uri", endpoint.ToString(),
        "--functions-worker-id", channel.Id,
        "--functions-request-id", Guid.NewGuid().ToString(),
        "--functions-grpc-max-message-length", int.MaxValue.ToString(CultureInfo.InvariantCulture),
    ];
}
