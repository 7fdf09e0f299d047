using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Worker;

/// <summary>Keeps one worker running: starts it, and another one when it has died.</summary>
internal sealed partial class WorkerSupervisor(FunctionApp app, Func<AppWorker> create, WorkerEndpoint endpoint, ILogger<WorkerSupervisor> log)
    : IAsyncDisposable
{
    /// <summary>Starts in a row that may fail before the host gives up.</summary>
    private const int MostFailures = 5;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile AppWorker? _current;
    private Task _watching = Task.CompletedTask;

    /// <summary>The worker that runs now; a dead one until its successor runs.</summary>
    public AppWorker Worker => _current ?? throw new WorkerGoneException();

    public WorkerChannel Current => Worker.Channel;

    /// <summary>Faults when no worker can be started any more.</summary>
    public Task GaveUp => _gaveUp.Task;

    /// <exception cref="HostStartException">The worker does not start, says why; or never connects.</exception>
    public async Task Start(CancellationToken cancellation)
    {
        _current = await StartOne(cancellation);
        _watching = Watch(_current);
    }

    /// <summary>Asks the worker to end and waits for it, within limits.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        if (_current is { } last)
        {
            await End(last, StopLimit);
        }

        _stopping.Dispose();
    }

    private async Task<AppWorker> StartOne(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
        limit.CancelAfter(StartLimit);
        var worker = create();
        endpoint.Workers[worker.Channel.Id] = worker.Channel;
        try
        {
            await worker.Start(endpoint.Address, limit.Token);
            var initialized = worker.Channel.Initialize(limit.Token);
            await Task.WhenAny(initialized, worker.Ended);
            if (!initialized.IsCompleted)
            {
                throw new HostStartException($"{app.Name}'s worker ended before it was ready.{Said(worker)}");
            }

            await initialized;
            return worker;
        }
        catch (Exception e)
        {
            await End(worker, TimeSpan.Zero);
            throw e switch
            {
                OperationCanceledException when !cancellation.IsCancellationRequested && !_stopping.IsCancellationRequested =>
                    new HostStartException($"{app.Name}'s worker did not connect within {StartLimit.TotalSeconds:0} s.{Said(worker)}", e),
                WorkerGoneException => new HostStartException($"{app.Name}'s worker went away while it started.{Said(worker)}", e),
                _ => e,
            };
        }
    }

    private async Task End(AppWorker worker, TimeSpan limit)
    {
        endpoint.Workers.TryRemove(worker.Channel.Id, out _);
        worker.Channel.Terminate(limit);
        await worker.Stop(limit);
        await worker.Channel.HangUp();
    }

    private async Task Watch(AppWorker worker)
    {
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping.Token);
        while (await Task.WhenAny(stopped, worker.Channel.Closed, worker.Ended) != stopped)
        {
            LogGone(log, app.Name, worker.LastWords);
            await End(worker, TimeSpan.Zero);
            if (await Replace() is not { } next)
            {
                return;
            }

            _current = worker = next;
            LogBack(log, app.Name);
        }
    }

    /// <summary>A new worker, or null after the host stopped or gave up.</summary>
    private async Task<AppWorker?> Replace()
    {
        for (var (attempt, pause) = (1, FirstPause); !_stopping.IsCancellationRequested; (attempt, pause) = (attempt + 1, pause * 2))
        {
            try
            {
                return await StartOne(_stopping.Token);
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception e) when (attempt < MostFailures)
            {
                LogNotStarted(log, app.Name, pause, e);
            }
            catch (Exception e)
            {
                _gaveUp.TrySetException(new HostStartException($"{app.Name}'s worker ended and could not be started again: {e.Message}", e));
                return null;
            }

            await Task.Delay(pause, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    private static string Said(AppWorker worker) => worker.LastWords is { Length: > 0 } words ? $" It said: {words}" : "";

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker of {App} is gone; another one is started. {LastWords}")]
    private static partial void LogGone(ILogger log, string app, string lastWords);
    [LoggerMessage(Level = LogLevel.Information, Message = "The worker of {App} runs again")]
    private static partial void LogBack(ILogger log, string app);
    [LoggerMessage(Level = LogLevel.Error, Message = "The worker of {App} could not be started; next try in {Pause}")]
    private static partial void LogNotStarted(ILogger log, string app, TimeSpan pause, Exception exception);
}
