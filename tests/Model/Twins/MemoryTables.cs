using System.Collections.Concurrent;
using Azure.Data.Tables;

namespace Model.Tests.Twins;

/// <summary>Table storage in memory behind the client the app uses: partitions, tags, transactions, ranges. What the app does not use throws.</summary>
internal sealed class MemoryTables : TableServiceClient
{
    private readonly ConcurrentDictionary<string, MemoryTable> _tables = new();

    /// <summary>What happens to the next writes, one a write; empty: they work.</summary>
    public ConcurrentQueue<WriteFault> NextWrites { get; } = new();

    /// <summary>Called before a write takes effect: what it changes is changed under the writer's hands.</summary>
    public Func<Task>? OnWrite { get; set; }

    public override TableClient GetTableClient(string tableName) => _tables.GetOrAdd(tableName, _ => new MemoryTable(this));

    /// <param name="partition">Only the rows of this one.</param>
    public IReadOnlyList<TableEntity> Rows(string table, string? partition = null) => ((MemoryTable)GetTableClient(table)).Rows(partition);
}

internal enum WriteFault
{
    /// <summary>Nothing is written, and the caller hears that storage is away.</summary>
    Away,

    /// <summary>It is written, and the answer is lost.</summary>
    AnswerLost,

    /// <summary>It is written, its answer is lost, and the client's own repetition runs into the first.</summary>
    Repeated,
}
