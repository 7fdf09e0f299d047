using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Durable.Tests.Kills;

/// <summary>Runs <see cref="KilledHost"/>s on one storage, and compares what becomes of their hubs.</summary>
internal sealed class KilledProcesses(string connectionString, string folder)
{
    private const int Killed = 128 + 9;
    private const int MostProcesses = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<Order, string> _failures = [];

    /// <summary>Plays all scripts without a kill.</summary>
    public async Task<Dictionary<string, HubReport>> UndisturbedAsync(IReadOnlyList<Script> scripts)
    {
        var orders = scripts.Select(static script => new Order(script.Name, script.Name)).ToList();
        await RunAsync(orders);
        return orders.ToDictionary(static o => o.Script, o => Report(o.Hub));
    }

    /// <summary>Kills a process for each group of hubs, and lets the next process bring them to their end before it is killed on its own.</summary>
    public Task KillAsync(IEnumerable<IReadOnlyList<Order>> kills)
    {
        var queue = new ConcurrentQueue<IReadOnlyList<Order>>(kills);
        return Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(LaneAsync)));

        async Task LaneAsync()
        {
            IReadOnlyList<Order> left = [];
            while (queue.TryDequeue(out var group))
            {
                left = await NextAsync(left, group);
            }

            await NextAsync(left, []);
        }
    }

    /// <summary>Kills one process after the other at its first commit, until there is nothing left to commit; gives how many it took.</summary>
    /// <exception cref="InvalidOperationException">It goes on for ever: commits are made that bring nothing forward.</exception>
    public async Task<int> KillOnAndOnAsync(IReadOnlyList<Order> orders)
    {
        for (var processes = 1; ; processes++)
        {
            await RunAsync(orders);
            orders = [.. orders.Where(order => !File.Exists(KilledHost.ReportOf(folder, order.Hub)))];
            if (orders.Count == 0)
            {
                return processes;
            }

            if (processes == MostProcesses)
            {
                throw new InvalidOperationException($"Not at their end after {processes} processes: {string.Join(", ", orders.Select(static o => o.Hub))}.");
            }
        }
    }

    /// <summary>What is not as it should be with a hub that saw a kill and was brought to its end.</summary>
    public IReadOnlyList<string> FaultsOf(Order kill, HubReport undisturbed)
    {
        if (_failures.TryGetValue(kill, out var failure))
        {
            return [failure];
        }

        var end = Report(kill.Hub);
        var (journal, usual) = (Journal.Read(KilledHost.JournalOf(folder, kill.Hub)), Journal.Read(KilledHost.JournalOf(folder, kill.Script)));
        return
        [
            .. Differences("end", undisturbed.Ends, end.Ends),
            .. Differences("left over", undisturbed.Leftovers, end.Leftovers),
            .. kill.Late ? [] : Differences("history", undisturbed.Histories, end.Histories),
            .. kill.Late ? [] : Differences("call", Calls(usual), Calls(journal)),
            .. WronglyAskedFor(journal),
        ];
    }

    private static List<string> Calls(IEnumerable<Journal.Entry> journal) =>
        [.. journal.Where(static e => e.Kind == Journal.Entry.Ran).Select(static e => e.Text).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Calls that ran before they were stored, or although their result was, or a second time in the same process.</summary>
    private static IEnumerable<string> WronglyAskedFor(List<Journal.Entry> journal)
    {
        HashSet<string> called = [], stored = [], ran = [];
        foreach (var (kind, text) in journal)
        {
            switch (kind)
            {
                case Journal.Entry.Struck:
                    ran.Clear();
                    break;
                case Journal.Entry.Called:
                    called.Add(text);

                    // Made anew by a rewind, if it was made before.
                    stored.Remove(text);
                    ran.Remove(text);
                    break;
                case Journal.Entry.Completed or Journal.Entry.Failed:
                    stored.Add(text);
                    break;
                case Journal.Entry.Ran when !called.Contains(text):
                    yield return $"asked for before the call was stored: {text}";
                    break;
                case Journal.Entry.Ran when stored.Contains(text):
                    yield return $"asked for again although its result was stored: {text}";
                    break;
                case Journal.Entry.Ran when !ran.Add(text):
                    yield return $"asked for again by the same process: {text}";
                    break;
                default:
                    break;
            }
        }
    }

    private static IEnumerable<string> Differences(string what, IReadOnlyList<string> expected, IReadOnlyList<string> found)
    {
        if (expected.SequenceEqual(found))
        {
            return [];
        }

        List<string> differences = [.. expected.Except(found).Select(e => $"{what} missing: {e}"), .. found.Except(expected).Select(f => $"{what} more: {f}")];
        return differences.Count > 0 ? differences : [$"{what}, in another order or more often: {string.Join(" | ", found)}"];
    }

    /// <summary>Brings what was killed to its end, and kills the next; gives what has been killed.</summary>
    private async Task<IReadOnlyList<Order>> NextAsync(IReadOnlyList<Order> left, IReadOnlyList<Order> kills)
    {
        try
        {
            var killed = await RunAsync([.. left.Select(static order => order with { Point = null }), .. kills]);
            foreach (var kill in kills.Where(kill => !killed || File.Exists(KilledHost.ReportOf(folder, kill.Hub))))
            {
                _failures[kill] = "never struck";
            }

            return [.. kills.Where(kill => !_failures.ContainsKey(kill))];
        }
        catch (InvalidOperationException e) when (left.Concat(kills).FirstOrDefault(o => !File.Exists(KilledHost.ReportOf(folder, o.Hub))) is { } culprit)
        {
            _failures[culprit] = e.Message;
            var rest = left.Where(o => o != culprit && !File.Exists(KilledHost.ReportOf(folder, o.Hub))).ToList();
            return await NextAsync(rest, [.. kills.Where(o => o != culprit)]);
        }
    }

    private HubReport Report(string hub) => JsonSerializer.Deserialize<HubReport>(File.ReadAllText(KilledHost.ReportOf(folder, hub)))!;

    /// <summary>True: it was killed. False: it came to the end of its orders.</summary>
    /// <exception cref="InvalidOperationException">It failed; with its output.</exception>
    private async Task<bool> RunAsync(IEnumerable<Order> orders)
    {
        var arguments = orders.Select(static order => JsonSerializer.Serialize(order));
        var start = new ProcessStartInfo("dotnet", [typeof(KilledHost).Assembly.Location, connectionString, folder, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0"; // it lives for a second
        using var process = Process.Start(start)!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new InvalidOperationException($"The process did not end in {Limit.TotalSeconds} s:\n{string.Join('\n', await output)}");
        }

        return process.ExitCode is 0 or Killed
            ? process.ExitCode == Killed
            : throw new InvalidOperationException($"The process failed with exit code {process.ExitCode}:\n{string.Join('\n', await output)}");
    }
}
