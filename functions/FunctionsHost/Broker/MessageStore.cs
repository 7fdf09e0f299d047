using Microsoft.Data.Sqlite;

namespace FunctionsHosting.Broker;

/// <summary>
/// Keeps the messages of all queues in one SQLite file (<see cref="MessageFile"/>). Locks are not kept: after a restart every message is available
/// again, with the deliveries counted that were under way.
/// </summary>
internal sealed class MessageStore : IDisposable
{
    private const int DeletionsBetweenLooks = 5000;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly List<SqliteCommand> _commands = [];
    private readonly SqliteCommand _beginTransaction;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _activate;
    private readonly SqliteCommand _deliver;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _move;
    private readonly SqliteCommand _see;
    private readonly SqliteCommand _forget;
    private readonly SqliteCommand _reserve;
    private int _deletions;

    /// <param name="file">The database file; null for one in memory.</param>
    /// <exception cref="InvalidOperationException">The file cannot be used; the text says why and what to do.</exception>
    public MessageStore(string? file)
    {
        _connection = MessageFile.Open(file);
        _beginTransaction = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _insert = Prepare("""
            INSERT INTO messages VALUES ($queue, $sequence, $id, $body, $properties, $application, $annotations, $ttl, $scheduled, $enqueued,
                $expires, $count, $state, $source, $reason, $description)
            """);
        _update = Prepare("""
            UPDATE messages SET application_properties = $application, delivery_count = $count, state = $state
            WHERE queue = $queue AND sequence = $sequence
            """);
        _activate = Prepare("""
            UPDATE messages SET sequence = $new, enqueued_at = $enqueued, expires_at = $expires, state = 0
            WHERE queue = $queue AND sequence = $sequence
            """);
        _deliver = Prepare("UPDATE messages SET delivery_count = $count WHERE queue = $queue AND sequence = $sequence");
        _delete = Prepare("DELETE FROM messages WHERE queue = $queue AND sequence = $sequence");
        _move = Prepare("""
            UPDATE messages SET queue = $to, application_properties = $application, delivery_count = $count, state = $state,
                dead_letter_source = $source, dead_letter_reason = $reason, dead_letter_description = $description
            WHERE queue = $queue AND sequence = $sequence
            """);
        _see = Prepare("INSERT OR REPLACE INTO seen_ids VALUES ($queue, $id, $sequence, $until)");
        _forget = Prepare("DELETE FROM seen_ids WHERE queue = $queue AND until <= $until");
        _reserve = Prepare("INSERT OR REPLACE INTO sequences VALUES ($queue, $reserved)");
    }

    /// <summary>Runs what belongs together in one transaction; nothing of it stays when it throws.</summary>
    public void Atomically(Action changes)
    {
        lock (_gate)
        {
            Run(_beginTransaction);
            try
            {
                changes();
                Run(_commit);
            }
            catch
            {
                // A full disk, for one, has ended the transaction already.
                if (InTransaction)
                {
                    Run(_rollback);
                }

                throw;
            }

            LookAtFile();
        }
    }

    public void Insert(string queue, BrokerMessage message) => Run(
        _insert,
        ("$queue", queue), ("$sequence", message.SequenceNumber), ("$id", message.MessageId), ("$body", message.Body),
        ("$properties", message.Properties), ("$application", message.ApplicationProperties), ("$annotations", message.Annotations),
        ("$ttl", message.TimeToLive?.Ticks),
        ("$scheduled", message.ScheduledFor?.UtcTicks), ("$enqueued", message.EnqueuedAt.UtcTicks), ("$expires", message.ExpiresAt.UtcTicks),
        ("$count", message.DeliveryCount + (message.DeliveryIsStored ? 1 : 0)), ("$state", (int)message.State),
        ("$source", message.DeadLetterSource), ("$reason", message.DeadLetterReason), ("$description", message.DeadLetterDescription));

    public void Update(string queue, BrokerMessage message) => Run(
        _update,
        ("$queue", queue), ("$sequence", message.SequenceNumber), ("$application", message.ApplicationProperties),
        ("$count", message.DeliveryCount), ("$state", (int)message.State));

    public void Activate(string queue, Activation activation) => Run(
        _activate,
        ("$queue", queue), ("$sequence", activation.Message.SequenceNumber), ("$new", activation.SequenceNumber),
        ("$enqueued", activation.EnqueuedAt.UtcTicks), ("$expires", activation.ExpiresAt.UtcTicks));

    /// <summary>Counts a delivery that begins.</summary>
    public void BeginDelivery(string queue, BrokerMessage message) =>
        Run(_deliver, ("$queue", queue), ("$sequence", message.SequenceNumber), ("$count", message.DeliveryCount + 1));

    public void Delete(string queue, long sequenceNumber)
    {
        lock (_gate)
        {
            Run(_delete, ("$queue", queue), ("$sequence", sequenceNumber));
            _deletions++;
            LookAtFile();
        }
    }

    public void Move(string queue, string to, BrokerMessage message) => Run(
        _move,
        ("$queue", queue), ("$to", to), ("$sequence", message.SequenceNumber), ("$application", message.ApplicationProperties),
        ("$count", message.DeliveryCount), ("$state", (int)message.State),
        ("$source", message.DeadLetterSource), ("$reason", message.DeadLetterReason), ("$description", message.DeadLetterDescription));

    public void RememberId(string queue, string messageId, long sequenceNumber, DateTimeOffset until) =>
        Run(_see, ("$queue", queue), ("$id", messageId), ("$sequence", sequenceNumber), ("$until", until.UtcTicks));

    public void ForgetIds(string queue, DateTimeOffset until) => Run(_forget, ("$queue", queue), ("$until", until.UtcTicks));

    /// <summary>Sequence numbers up to <paramref name="reserved"/> may be given out without asking again.</summary>
    public void Reserve(string queue, long reserved) => Run(_reserve, ("$queue", queue), ("$reserved", reserved));

    public long Reserved(string queue)
    {
        using var command = Query("SELECT reserved FROM sequences WHERE queue = $queue", queue);
        return command.ExecuteScalar() is long reserved ? reserved : 0;
    }

    public IReadOnlyList<BrokerMessage> Messages(string queue)
    {
        using var command = Query("SELECT * FROM messages WHERE queue = $queue ORDER BY sequence", queue);
        using var row = command.ExecuteReader();
        var messages = new List<BrokerMessage>();
        while (row.Read())
        {
            messages.Add(Message(row));
        }

        return messages;
    }

    public IReadOnlyList<(string MessageId, long SequenceNumber, DateTimeOffset Until)> SeenIds(string queue)
    {
        using var command = Query("SELECT message_id, sequence, until FROM seen_ids WHERE queue = $queue ORDER BY until", queue);
        using var row = command.ExecuteReader();
        var seen = new List<(string, long, DateTimeOffset)>();
        while (row.Read())
        {
            seen.Add((row.GetString(0), row.GetInt64(1), Instant(row.GetInt64(2))));
        }

        return seen;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _commands.ForEach(c => c.Dispose());
            _connection.Dispose();
        }
    }

    private bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    private void LookAtFile()
    {
        if (_deletions >= DeletionsBetweenLooks && !InTransaction)
        {
            _deletions = 0;
            try
            {
                MessageFile.CompactWhenMostlyEmpty(_connection);
            }
            catch (SqliteException)
            {
                // What was to be done is done; the file is only larger than it need be, until the next look.
            }
        }
    }

    private static BrokerMessage Message(SqliteDataReader row) => new()
    {
        SequenceNumber = row.GetInt64(1),
        MessageId = row.GetString(2),
        Body = row.GetFieldValue<byte[]>(3),
        Properties = row.GetFieldValue<byte[]>(4),
        ApplicationProperties = row.GetFieldValue<byte[]>(5),
        Annotations = row.GetFieldValue<byte[]>(6),
        TimeToLive = row.IsDBNull(7) ? null : TimeSpan.FromTicks(row.GetInt64(7)),
        ScheduledFor = row.IsDBNull(8) ? null : Instant(row.GetInt64(8)),
        EnqueuedAt = Instant(row.GetInt64(9)),
        ExpiresAt = Instant(row.GetInt64(10)),
        DeliveryCount = row.GetInt32(11),
        State = (MessageState)row.GetInt32(12),
        DeadLetterSource = row.IsDBNull(13) ? null : row.GetString(13),
        DeadLetterReason = row.IsDBNull(14) ? null : row.GetString(14),
        DeadLetterDescription = row.IsDBNull(15) ? null : row.GetString(15),
    };

    private static DateTimeOffset Instant(long ticks) => new(ticks, TimeSpan.Zero);

    private SqliteCommand Prepare(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        _commands.Add(command);
        return command;
    }

    private SqliteCommand Query(string sql, string queue)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$queue", queue);
        return command;
    }

    private void Run(SqliteCommand command, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (_gate)
        {
            foreach (var (name, value) in parameters)
            {
                if (command.Parameters.Contains(name))
                {
                    command.Parameters[name].Value = value ?? DBNull.Value;
                }
                else
                {
                    command.Parameters.AddWithValue(name, value ?? DBNull.Value);
                }
            }

            command.ExecuteNonQuery();
        }
    }
}
