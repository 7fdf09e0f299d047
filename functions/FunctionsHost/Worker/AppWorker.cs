namespace FunctionsHosting.Worker;

/// <summary>The app at work. There are two places for it: this process, and a process of its own.</summary>
internal abstract class AppWorker(WorkerChannel channel)
{
    public WorkerChannel Channel => channel;

    /// <summary>Ends when the worker has ended, by itself or by <see cref="Stop"/>.</summary>
    public Task Ended { get; protected set; } = Task.CompletedTask;

    /// <summary>The app's services; null in another process.</summary>
    public virtual IServiceProvider? Services => null;

    /// <summary>Why a worker that has ended did so, as it told itself; empty when it said nothing.</summary>
    public abstract string LastWords { get; }

    /// <summary>Starts the worker, which then connects to the host's gRPC server by its channel's id.</summary>
    /// <exception cref="HostStartException">The worker could not be started; the text holds what it said itself.</exception>
    public abstract Task Start(Uri endpoint, CancellationToken cancellation);

    /// <summary>Ends what was asked to end and has not; returns when it is gone, or can be left behind.</summary>
    public abstract Task Stop(TimeSpan limit);
}
