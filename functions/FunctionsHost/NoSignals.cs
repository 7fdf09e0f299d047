namespace FunctionsHosting;

/// <summary>Signals are the process's to handle, not one host's: several hosts, each of several servers, may run in one process.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
