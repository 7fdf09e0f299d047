using System.Diagnostics;
using Azure.Data.Tables;

namespace Bench.Durable;

/// <summary>
/// What the engine is compared with: transactions of 100 new rows, in as many partitions side by side as a task hub has shards. A row is as large as
/// a turn's.
/// </summary>
internal sealed class RawTransactions
{
    private const int Partitions = 4;
    private const int RowsInOne = 100;

    private static readonly string Text = new('e', 700);

    private readonly TableClient _table;
    private int _made;

    private RawTransactions(TableClient table) => _table = table;

    public static async Task<RawTransactions> Create(string storage, CancellationToken cancellation)
    {
        var table = new TableClient(storage, "RawTransactions");
        await table.CreateAsync(cancellation);
        return new(table);
    }

    /// <returns>Rows a second.</returns>
    public async Task<double> Rate(int transactions, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Partitions).Select(async partition =>
        {
            for (var number = partition; number < transactions; number += Partitions)
            {
                var first = Interlocked.Add(ref _made, RowsInOne);
                await _table.SubmitTransactionAsync(Enumerable.Range(first, RowsInOne).Select(row => Row(partition, row)), cancellation);
            }
        }));
        return transactions * RowsInOne / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static TableTransactionAction Row(int partition, int number) =>
        new(TableTransactionActionType.Add, new TableEntity($"partition-{partition}", $"row-{number:D9}") { ["Events"] = Text, ["Events_more"] = 0 });
}
