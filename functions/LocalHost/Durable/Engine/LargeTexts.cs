using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

/// <summary>
/// The texts that fit no row. Each is written under a new name before the commit that refers to it, and deleted after the one that does not any more.
/// All names are known: so who has no large texts, nothing is asked for at its end.
/// </summary>
internal sealed partial class LargeTexts(ILargeValues values, TimeSpan retryDelay, ILogger log)
{
    private const int MostAttempts = 5;

    private readonly Lock _gate = new();
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task _deleting = Task.CompletedTask;

    public bool IsEmpty => _names.Count == 0;

    /// <summary>Takes note of what there is; reads none of it.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        var names = await values.ListAsync(cancellation);
        lock (_gate)
        {
            _names.UnionWith(names);
        }
    }

    /// <summary>Finishes what is to be deleted; what is not by the end of the grace period, the next start finds.</summary>
    public async Task CloseAsync(TimeSpan grace)
    {
        _stop.CancelAfter(grace);
        await _deleting;
        _stop.Dispose();
    }

    /// <summary>All names that begin so.</summary>
    public List<string> Find(string folder)
    {
        lock (_gate)
        {
            return [.. _names.GetViewBetween(folder, folder + char.MaxValue)];
        }
    }

    /// <summary>The names of a row of messages; none for a row of another kind.</summary>
    public List<string> OfMessages(int shard, string key) =>
        !IsEmpty && TaskHubKeys.IsMessage(key) ? Find(LargeNames.OfMessages(shard, key)) : [];

    /// <summary>Whether the row refers to any.</summary>
    public static bool AreIn(TaskHubRow row) => row.Values.Values.Any(static value => PackedText.IsReference(value, out _));

    /// <summary>Whether the commit has a text to be written before, or drops one.</summary>
    public bool Concern(int shard, IReadOnlyList<RowChange> changes)
    {
        foreach (var change in changes)
        {
            if (LargeText.IsIn(change) || (change.Kind == RowChangeKind.Delete && OfMessages(shard, change.Row.Key).Count > 0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the texts that are in the changes, and puts their names there.</summary>
    public async Task<(IReadOnlyList<RowChange> Changes, List<string> Names)> WriteAsync(int shard, IReadOnlyList<RowChange> changes)
    {
        List<RowChange> referring = [];
        Dictionary<string, byte[]> texts = [];
        foreach (var change in changes)
        {
            if (!LargeText.IsIn(change))
            {
                referring.Add(change);
                continue;
            }

            var row = new Dictionary<string, object>(change.Row.Values);
            foreach (var (name, value) in change.Row.Values)
            {
                if (value is LargeText text)
                {
                    var outside = LargeNames.New(text.Run is { } run ? LargeNames.OfRun(shard, run) : LargeNames.OfMessages(shard, change.Row.Key));
                    texts.Add(outside, text.Packed);
                    row[name] = PackedText.Reference(outside);
                }
            }

            referring.Add(change with { Row = change.Row with { Values = row } });
        }

        // Noted first: what an attempt leaves that is given up goes with its run.
        lock (_gate)
        {
            _names.UnionWith(texts.Keys);
        }

        await Task.WhenAll(texts.Select(text => WriteAsync(text.Key, text.Value)));
        return (referring, [.. texts.Keys]);
    }

    /// <summary>The row with its texts where it has their names.</summary>
    /// <param name="row">The row.</param>
    /// <param name="wanted">Only these are fetched, others left out; null: all.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="InvalidDataException">A text is gone; names the instance.</exception>
    public ValueTask<TaskHubRow> FetchAsync(TaskHubRow row, IReadOnlyList<string>? wanted, CancellationToken cancellation) =>
        AreIn(row) ? new(FetchFromAsync(row, wanted, cancellation)) : new(row);

    /// <summary>Deletes them soon.</summary>
    /// <param name="names">The names.</param>
    /// <param name="commit">After this no row refers to them. If it fails, they stay.</param>
    public void Delete(IReadOnlyCollection<string> names, Task commit)
    {
        if (names.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            _names.ExceptWith(names);
            var before = _deleting;
            _deleting = Task.Run(() => DeleteAsync(names, commit, before));
        }
    }

    private async Task<TaskHubRow> FetchFromAsync(TaskHubRow row, IReadOnlyList<string>? wanted, CancellationToken cancellation)
    {
        var fetched = new Dictionary<string, object>(row.Values);
        foreach (var (name, value) in row.Values)
        {
            if (!PackedText.IsReference(value, out var outside))
            {
                continue;
            }

            if (wanted is null || wanted.Contains(name))
            {
                fetched[name] = await values.ReadAsync(outside, cancellation) ?? throw new InvalidDataException(
                    $"{name} of the instance '{LargeNames.InstanceOf(outside)}' is gone: the task hub has no large value '{outside}' " +
                    $"any more, to which its row '{row.Key}' refers.");
            }
            else
            {
                fetched.Remove(name);
            }
        }

        return row with { Values = fetched };
    }

    private async Task WriteAsync(string name, byte[] packed)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await values.WriteAsync(name, packed, _stop.Token);
                return;
            }
            catch (Exception e) when (attempt < MostAttempts && !_stop.IsCancellationRequested)
            {
                LogRetry(log, e, name);
                await Task.Delay(retryDelay * Math.Pow(2, attempt - 1), TimeProvider.System, _stop.Token);
            }
        }
    }

    private async Task DeleteAsync(IReadOnlyCollection<string> names, Task commit, Task before)
    {
        await before;
        try
        {
            await commit;
            foreach (var name in names)
            {
                await values.DeleteAsync(name, _stop.Token);
            }
        }
        catch (Exception e)
        {
            LogLeft(log, e, names.Count);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The large value {Name} could not be written; trying again.")]
    private static partial void LogRetry(ILogger logger, Exception e, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Of {Count} large values of the task hub some could not be deleted; the next start finds them.")]
    private static partial void LogLeft(ILogger logger, Exception e, int count);
}
