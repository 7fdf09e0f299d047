using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

/// <summary>Runs activities side by side, up to a limit. An activity that a stop cuts off has no result and runs again at the next start.</summary>
internal sealed partial class ActivityRunner(IDurableFunctions functions, int limit, ILoggerFactory loggers)
{
    private const int LongestStack = 8_000;

    private readonly SemaphoreSlim _slots = new(limit);
    private readonly CancellationTokenSource _noNewOnes = new();
    private readonly CancellationTokenSource _graceIsOver = new();
    private readonly ILogger _log = loggers.CreateLogger<ActivityRunner>();

    /// <param name="instanceId">The calling instance.</param>
    /// <param name="run">Its run.</param>
    /// <param name="call">The call.</param>
    /// <param name="work">Ends after the result has been handed over.</param>
    /// <param name="answer">Gets the result.</param>
    public void Start(string instanceId, ExecutionStarted run, TaskScheduled call, IDisposable work, Action<HistoryEvent> answer) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = RunAsync(instanceId, run, call, work, answer), null);

    public void StopStarting() => _noNewOnes.Cancel();

    public void CutOff() => _graceIsOver.Cancel();

    private async Task RunAsync(string instanceId, ExecutionStarted run, TaskScheduled call, IDisposable work, Action<HistoryEvent> answer)
    {
        using var underWay = work;
        try
        {
            await _slots.WaitAsync(_noNewOnes.Token);
        }
        catch (OperationCanceledException)
        {
            // Not begun: the next start finds it in history without a result.
            return;
        }

        try
        {
            answer(await CallAsync(instanceId, run, call));
        }
        catch (OperationCanceledException) when (_graceIsOver.IsCancellationRequested)
        {
            LogCutOff(_log, call.Name, instanceId);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<HistoryEvent> CallAsync(string instanceId, ExecutionStarted run, TaskScheduled call)
    {
        if (!functions.TryGetActivity(call.Name, out var body))
        {
            return new TaskFailed(call.EventId, Failure.NoSuchActivity(call.Name));
        }

        using var span = DurableTelemetry.Call(instanceId, run, call);
        try
        {
            var result = Payload.Write(await body(new ActivityInvocation(call.Name, instanceId, call.EventId, call.Input), _graceIsOver.Token));
            ValueTooLargeException.Check(result?.Length ?? 0, $"The result of the activity {call.Name}");
            DurableTelemetry.End(span, OrchestrationRuntimeStatus.Completed);
            return new TaskCompleted(call.EventId) { Result = result };
        }
        catch (Exception e) when (e is not OperationCanceledException || !_graceIsOver.IsCancellationRequested)
        {
            LogFailed(_log, e, call.Name, call.EventId, instanceId);
            DurableTelemetry.End(span, OrchestrationRuntimeStatus.Failed);
            return new TaskFailed(call.EventId, Shortened(Failure.From(e)));
        }
    }

    private static Failure Shortened(Failure failure) => failure with
    {
        ErrorMessage = Cut(failure.ErrorMessage)!,
        StackTrace = Cut(failure.StackTrace),
        Inner = failure.Inner is { } inner ? Shortened(inner) : null,
    };

    private static string? Cut(string? text) => text?.Length > LongestStack ? text[..LongestStack] : text;

    [LoggerMessage(Level = LogLevel.Information, Message = "Activity {Name} (#{TaskId}) of {InstanceId} failed.")]
    private static partial void LogFailed(ILogger logger, Exception e, string name, int taskId, string instanceId);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Activity {Name} of {InstanceId} was cut off by the stop of the host; it runs again at the next start.")]
    private static partial void LogCutOff(ILogger logger, string name, string instanceId);
}
