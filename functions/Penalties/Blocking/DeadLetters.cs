using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;

namespace Penalties.Blocking;

/// <summary>
/// What became a dead letter of the app's queues, kept for whoever looks after it: table <c>DeadLetters</c>, one partition, row = queue, time and number
/// of the message. A command or a result is kept as it was, for it holds ids only; a body that is neither goes to the contacts table, because nobody
/// can say what it holds. Both are kept as long as contact data is.
/// </summary>
public sealed class DeadLetters(AppTables tables, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Table = "DeadLetters";

    private const string Partition = "dead";
    private const int LongestText = 200;

    private readonly TableClient _letters = tables.Of(Table);
    private readonly TableClient _contacts = tables.Of(ContactStore.Table);

    /// <summary>Keeps a message. One that is delivered again is the same row.</summary>
    public async Task Keep(string queue, ServiceBusReceivedMessage message, string? caseId, CancellationToken cancellation)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{queue}-{message.EnqueuedTime.UtcDateTime:yyyyMMddHHmmss}-{message.SequenceNumber}");
        var readable = Readable(queue, message.Body);
        if (readable is null)
        {
            var body = message.Body.ToMemory();
            await _contacts.UpsertEntityAsync(
                new TableEntity(ContactStore.DeadLetter, id) { ["Body"] = body[..Math.Min(body.Length, BoundedBody.MaxBytes)].ToArray(), ["WrittenAt"] = clock.GetUtcNow() },
                TableUpdateMode.Replace, cancellation);
        }

        try
        {
            await _letters.AddEntityAsync(
                new TableEntity(Partition, id)
                {
                    ["Queue"] = queue,
                    ["MessageId"] = Short(message.MessageId),
                    ["CaseId"] = caseId is not null && Id.IsWellFormed(caseId) ? caseId : null,
                    ["Reason"] = Short(message.DeadLetterReason),
                    ["Description"] = Short(message.DeadLetterErrorDescription),
                    ["Body"] = readable,
                    ["DeliveryCount"] = message.DeliveryCount,
                    ["EnqueuedAt"] = message.EnqueuedTime,
                    ["TakenAt"] = clock.GetUtcNow(),
                    ["Replays"] = 0,
                },
                cancellation);
        }
        catch (RequestFailedException known) when (known.Status == 409)
        {
            // Delivered again: kept already, and perhaps replayed since.
        }
    }

    /// <summary>A page of what was kept, queue by queue, oldest first.</summary>
    /// <param name="replayed">Only those that were, or were not; null: all.</param>
    public async Task<DeadLetterPage> List(bool? replayed, int size, string? continuation, CancellationToken cancellation)
    {
        var filter = replayed switch
        {
            true => TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and Replays gt 0"),
            false => TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and Replays eq 0"),
            null => TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"),
        };
        await foreach (var page in _letters.QueryAsync<TableEntity>(filter, size, cancellationToken: cancellation).AsPages(continuation, size))
        {
            return new([.. page.Values.Select(static row => KeptLetter.Of(row).Entry)], page.ContinuationToken);
        }

        return new([], null);
    }

    public async Task<KeptLetter?> Find(string id, CancellationToken cancellation)
    {
        var row = await _letters.GetEntityIfExistsAsync<TableEntity>(Partition, id, cancellationToken: cancellation);
        return row.HasValue ? KeptLetter.Of(row.Value!) : null;
    }

    /// <summary>The body of one that is neither a command nor a result; null when there is none, or it was purged.</summary>
    public async Task<byte[]?> Unreadable(string id, CancellationToken cancellation)
    {
        var found = await _contacts.GetEntityIfExistsAsync<TableEntity>(ContactStore.DeadLetter, id, cancellationToken: cancellation);
        return found.HasValue ? found.Value!.GetBinary("Body") : null;
    }

    /// <summary>Notes that it was sent again. The second of two people who do so at once changes nothing: their messages are one.</summary>
    public Task NoteReplay(string id, int replay, string by, CancellationToken cancellation) => _letters.UpdateEntityAsync(
        new TableEntity(Partition, id) { ["Replays"] = replay, ["ReplayedAt"] = clock.GetUtcNow(), ["ReplayedBy"] = by }, ETag.All, TableUpdateMode.Merge, cancellation);

    /// <summary>Deletes what was taken before the instant, at most <paramref name="most"/>.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> DeleteBefore(DateTimeOffset instant, int most, CancellationToken cancellation)
    {
        var deleted = 0;
        await foreach (var row in _letters.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"TakenAt lt {instant}"), cancellationToken: cancellation))
        {
            if (deleted++ == most)
            {
                break;
            }

            await _contacts.DeleteEntityAsync(ContactStore.DeadLetter, row.RowKey, ETag.All, cancellation);
            await _letters.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellation);
        }

        return deleted;
    }

    /// <summary>The command or result, written anew, so that nothing is kept that is not one of its ids; null: it is neither.</summary>
    private static string? Readable(string queue, BinaryData body) => queue == BlockQueues.Commands
        ? BlockCommand.From(body) is { } command && Id.IsWellFormed(command.CaseId) ? JsonSerializer.Serialize(command) : null
        : BlockResult.From(body) is { } result && Id.IsWellFormed(result.CaseId) && (result.RefusedWith is null || Id.IsWellFormed(result.RefusedWith))
            ? JsonSerializer.Serialize(result)
            : null;

    private static string? Short(string? text) => text is { Length: > LongestText } ? text[..LongestText] : text;
}

/// <summary>A dead letter as it is kept.</summary>
/// <param name="Body">JSON of a <see cref="BlockCommand"/> or a <see cref="BlockResult"/>; null: it was neither.</param>
public sealed record KeptLetter(DeadLetterEntry Entry, string? Body)
{
    public BlockCommand? Command => Body is not null && Entry.Queue == BlockQueues.Commands ? BlockCommand.From(BinaryData.FromString(Body)) : null;

    public BlockResult? Result => Body is not null && Entry.Queue == BlockQueues.Results ? BlockResult.From(BinaryData.FromString(Body)) : null;

    /// <summary>Whether its case still waits for this very command, or for what this result tells.</summary>
    public bool IsWantedBy(PenaltyCase current) => current.Life is LifeState.Open && (Command, Result) switch
    {
        ({ Lifts: > 0 } lift, _) => lift.Attempt == current.BlockCommand && current.Block is BlockState.Lifting or BlockState.Failed,
        ({ } block, _) => !current.ConsentTakenBack && block.Attempt == current.BlockCommand && current.Block is BlockState.Pending or BlockState.Failed,
        (_, { } result) => result.Attempt == current.BlockCommand && current.Block is BlockState.Pending or BlockState.Lifting or BlockState.Failed,
        _ => false,
    };

    internal static KeptLetter Of(TableEntity row)
    {
        var body = row.GetString("Body");
        return new(
            new(
                row.RowKey, row.GetString("Queue"), row.GetString("MessageId"), row.GetString("CaseId"), row.GetString("Reason"), row.GetString("Description"),
                IsReadable: body is not null, row.GetInt32("DeliveryCount") ?? 0, Korea.TimeOf(row.GetDateTimeOffset("EnqueuedAt") ?? default),
                Korea.TimeOf(row.GetDateTimeOffset("TakenAt") ?? default), row.GetInt32("Replays") ?? 0, row.GetString("ReplayedBy"),
                row.GetDateTimeOffset("ReplayedAt") is { } at ? Korea.TimeOf(at) : null),
            body);
    }
}

/// <inheritdoc cref="IndexPage"/>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetterEntry> Letters, string? Continuation)
{
    public static DeadLetterPage Example => new([DeadLetterEntry.Example], Continuation: null);
}

/// <param name="Id">Under which it can be looked at and replayed.</param>
/// <param name="Queue">driver-blocks or driver-block-results.</param>
/// <param name="CaseId">Null: it names no case.</param>
/// <param name="Reason">Why it is a dead letter: a code of ours, or of Service Bus.</param>
/// <param name="IsReadable">It is a command or a result, and can be replayed; else its body can be revealed.</param>
/// <param name="EnqueuedAt">KST.</param>
/// <param name="TakenAt">When the app took it from the queue; KST.</param>
/// <param name="Replays">How often it was sent again.</param>
/// <param name="ReplayedAt">The last time; KST.</param>
public sealed record DeadLetterEntry(
    string Id, string Queue, string? MessageId, string? CaseId, string? Reason, string? Description, bool IsReadable, int DeliveryCount,
    DateTimeOffset EnqueuedAt, DateTimeOffset TakenAt, int Replays, string? ReplayedBy, DateTimeOffset? ReplayedAt)
{
    public static DeadLetterEntry Example => new(
        "driver-blocks-20260918133000-17", BlockQueues.Commands, "pr-5k2m8q0v3x7c9d1f-block-1-8", "pr-5k2m8q0v3x7c9d1f", "AttemptsExhausted",
        "driver_admin_unavailable", IsReadable: true, 1, new(2026, 9, 18, 22, 30, 0, Korea.Offset), new(2026, 9, 18, 22, 41, 0, Korea.Offset), 0, null, null);
}
