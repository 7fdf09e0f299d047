using Microsoft.Data.Sqlite;

namespace FunctionsHosting.Broker;

/// <summary>
/// Keeps the messages of all queues in one SQLite file (<see cref="MessageFile"/>). Locks are not kept: after a restart every message is available
/// again, with the deliveries counted that were under way.
/// </summary>
/// <param name="file">The database file; null for one in memory.</param>
/// <exception cref="InvalidOperationException">The file cannot be used; the text says why and what to do.</exception>
internal sealed class MessageStore(string? file) : IDisposable
{
    private const int DeletionsBetweenLooks = 5000;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection = MessageFile.Open(file);
    private readonly Dictionary<string, SqliteCommand> _prepared = [];
    private int _deletions;

    private bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>Runs what belongs together in one transaction; nothing of it stays when it throws.</summary>
    public void Atomically(Action changes)
    {
        lock (_gate)
        {
            Run("BEGIN IMMEDIATE");
            try
            {
                changes();
                Run("COMMIT");
            }
            catch
            {
                // A full disk, for one, has ended the transaction already.
                if (InTransaction)
                {
                    Run("ROLLBACK");
                }

                throw;
            }

            LookAtFile();
        }
    }

    public void Insert(string queue, BrokerMessage message) => Run(
        """
        INSERT INTO messages VALUES ($queue, $sequence, $id, $body, $properties, $application, $annotations, $ttl, $scheduled, $enqueued,
            $expires, $count, $state, $source, $reason, $description)
        """,
        ("$queue", queue), ("$sequence", message.SequenceNumber), ("$id", message.MessageId), ("$body", message.Body),
        ("$properties", message.Properties), ("$application", message.ApplicationProperties), ("$annotations", message.Annotations),
        ("$ttl", message.TimeToLive?.Ticks),
        ("$scheduled", message.ScheduledFor?.UtcTicks), ("$enqueued", message.EnqueuedAt.UtcTicks), ("$expires", message.ExpiresAt.UtcTicks),
        ("$count", message.DeliveryCount + (message.DeliveryIsStored ? 1 : 0)), ("$state", (int)message.State),
        ("$source", message.DeadLetterSource), ("$reason", message.DeadLetterReason), ("$description", message.DeadLetterDescription));

    public void Update(string queue, BrokerMessage message) => Run(
        "UPDATE messages SET application_properties = $application, delivery_count = $count, state = $state WHERE queue = $queue AND sequence = $sequence",
        ("$queue", queue), ("$sequence", message.SequenceNumber), ("$application", message.ApplicationProperties),
        ("$count", message.DeliveryCount), ("$state", (int)message.State));

    public void Activate(string queue, Activation activation) => Run(
        """
        UPDATE messages SET sequence = $new, enqueued_at = $enqueued, expires_at = $expires, state = 0
        WHERE queue = $queue AND sequence = $sequence
        """,
        ("$queue", queue), ("$sequence", activation.Message.SequenceNumber), ("$new", activation.SequenceNumber),
        ("$enqueued", activation.EnqueuedAt.UtcTicks), ("$expires", activation.ExpiresAt.UtcTicks));

    /// <summary>Counts a delivery that begins.</summary>
    public void BeginDelivery(string queue, BrokerMessage message) => Run(
        "UPDATE messages SET delivery_count = $count WHERE queue = $queue AND sequence = $sequence",
        ("$queue", queue), ("$sequence", message.SequenceNumber), ("$count", message.DeliveryCount + 1));

    public void Delete(string queue, long sequenceNumber)
    {
        lock (_gate)
        {
            Run("DELETE FROM messages WHERE queue = $queue AND sequence = $sequence", ("$queue", queue), ("$sequence", sequenceNumber));
            _deletions++;
            LookAtFile();
        }
    }

    public void Move(string queue, string to, BrokerMessage message) => Run(
        """
        UPDATE messages SET queue = $to, application_properties = $application, delivery_count = $count, state = $state,
            dead_letter_source = $source, dead_letter_reason = $reason, dead_letter_description = $description
        WHERE queue = $queue AND sequence = $sequence
        """,
        ("$queue", queue), ("$to", to), ("$sequence", message.SequenceNumber), ("$application", message.ApplicationProperties),
        ("$count", message.DeliveryCount), ("$state", (int)message.State),
        ("$source", message.DeadLetterSource), ("$reason", message.DeadLetterReason), ("$description", message.DeadLetterDescription));

    public void RememberId(string queue, string messageId, long sequenceNumber, DateTimeOffset until) => Run(
        "INSERT OR REPLACE INTO seen_ids VALUES ($queue, $id, $sequence, $until)",
        ("$queue", queue), ("$id", messageId), ("$sequence", sequenceNumber), ("$until", until.UtcTicks));

    public void ForgetIds(string queue, DateTimeOffset until) =>
        Run("DELETE FROM seen_ids WHERE queue = $queue AND until <= $until", ("$queue", queue), ("$until", until.UtcTicks));

    /// <summary>Sequence numbers up to <paramref name="reserved"/> may be given out without asking again.</summary>
    public void Reserve(string queue, long reserved) =>
        Run("INSERT OR REPLACE INTO sequences VALUES ($queue, $reserved)", ("$queue", queue), ("$reserved", reserved));

    public long Reserved(string queue) =>
        Rows("SELECT reserved FROM sequences WHERE queue = $queue", queue, static row => row.GetInt64(0)).SingleOrDefault();

    public IReadOnlyList<BrokerMessage> Messages(string queue) => Rows("SELECT * FROM messages WHERE queue = $queue ORDER BY sequence", queue, Message);

    public IReadOnlyList<(string MessageId, long SequenceNumber, DateTimeOffset Until)> SeenIds(string queue) => Rows(
        "SELECT message_id, sequence, until FROM seen_ids WHERE queue = $queue ORDER BY until",
        queue,
        static row => (row.GetString(0), row.GetInt64(1), Instant(row.GetInt64(2))));

    public void Dispose()
    {
        lock (_gate)
        {
            // With it go its prepared commands.
            _connection.Dispose();
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

    private void LookAtFile()
    {
        if (_deletions < DeletionsBetweenLooks || InTransaction)
        {
            return;
        }

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

    private List<T> Rows<T>(string sql, string queue, Func<SqliteDataReader, T> read)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$queue", queue);
        using var row = command.ExecuteReader();
        var rows = new List<T>();
        while (row.Read())
        {
            rows.Add(read(row));
        }

        return rows;
    }

    /// <param name="sql">Prepared when it is run for the first time.</param>
    /// <param name="parameters">Always the same names, in the same order.</param>
    private void Run(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (_gate)
        {
            if (!_prepared.TryGetValue(sql, out var command))
            {
                _prepared.Add(sql, command = _connection.CreateCommand());
                command.CommandText = sql;
                foreach (var (name, _) in parameters)
                {
                    command.Parameters.AddWithValue(name, DBNull.Value);
                }
            }

            for (var i = 0; i < parameters.Length; i++)
            {
                command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }
    }
}
