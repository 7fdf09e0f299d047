namespace FunctionsHosting.Clock;

/// <summary>
/// Counts what is under way (turns, activities, messages, requests), so that a caller can wait until nothing is: the clock can then be
/// advanced and results looked at without sleeping. Whoever starts work on behalf of a timer or a call begins tracking before it returns.
/// </summary>
public sealed class WorkTracker
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _underWay = [];
    private TaskCompletionSource _idle = new();

    /// <summary>What is under way, by kind, for error texts: "2 x activity, 1 x message".</summary>
    public string UnderWay
    {
        get
        {
            using var locked = _gate.EnterScope();
            return string.Join(", ", _underWay.Select(static w => $"{w.Value} x {w.Key}"));
        }
    }

    private Task Idle
    {
        get
        {
            using var locked = _gate.EnterScope();
            return _underWay.Count == 0 ? Task.CompletedTask : _idle.Task;
        }
    }

    /// <summary>Begins a piece of work; it ends when the result is disposed (once counts, more often does no harm).</summary>
    public IDisposable Begin(string kind)
    {
        using var locked = _gate.EnterScope();
        if (_underWay.Count == 0)
        {
            _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _underWay[kind] = _underWay.GetValueOrDefault(kind) + 1;
        return new Piece(this, kind);
    }

    /// <summary>Completes when nothing is under way at that moment.</summary>
    public async Task WhenIdle(CancellationToken cancellation = default)
    {
        while (Idle is { IsCompleted: false } idle)
        {
            await idle.WaitAsync(cancellation);
        }
    }

    private void End(string kind)
    {
        using var locked = _gate.EnterScope();
        if (--_underWay[kind] == 0)
        {
            _underWay.Remove(kind);
        }

        if (_underWay.Count == 0)
        {
            _idle.SetResult();
        }
    }

    private sealed class Piece(WorkTracker tracker, string kind) : IDisposable
    {
        private WorkTracker? _tracker = tracker;

        public void Dispose() => Interlocked.Exchange(ref _tracker, null)?.End(kind);
    }
}
