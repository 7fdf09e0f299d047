namespace FunctionsHosting.Worker;

/// <summary>Starts a worker that will connect to the host. There are two: in this process, and as a process of its own.</summary>
internal interface IWorkerLauncher
{
    /// <param name="channel">By whose id the worker names itself.</param>
    /// <param name="endpoint">Where the host's gRPC server listens.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="HostStartException">The worker could not be started; the text holds what it said itself.</exception>
    Task<LaunchedWorker> Launch(WorkerChannel channel, Uri endpoint, CancellationToken cancellation);
}

/// <summary>A worker that was started; it need not have connected yet.</summary>
internal abstract class LaunchedWorker
{
    /// <summary>Ends when the worker has ended, by itself or by <see cref="Stop"/>; never carries an exception.</summary>
    public abstract Task Ended { get; }

    /// <summary>The app's services; null in another process.</summary>
    public virtual IServiceProvider? Services => null;

    /// <summary>Why a worker that has ended did so, as it told itself; empty when it said nothing.</summary>
    public abstract string LastWords { get; }

    /// <summary>Ends what was asked to end and has not; returns when it is gone, or can be left behind.</summary>
    public abstract Task Stop(TimeSpan limit);
}
