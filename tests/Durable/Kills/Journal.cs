using System.Globalization;

namespace Durable.Tests.Kills;

/// <summary>
/// What the processes on a hub have done, outside of its store, a line each. A line goes to the system with one write and no buffer of ours: a killed
/// process can not take it along.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries;
    private readonly FileStream _file;

    public Journal(string path)
    {
        _entries = Read(path);
        _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public static List<Entry> Read(string path) =>
        File.Exists(path) ? [.. File.ReadAllLines(path).Select(static line => line.Split('\t')).Select(static p => new Entry(p[0], p[1]))] : [];

    public void Add(string kind, string text)
    {
        lock (_gate)
        {
            _entries.Add(new(kind, text));
            _file.Write(System.Text.Encoding.UTF8.GetBytes($"{kind}\t{text}\n"));
            _file.Flush(flushToDisk: true);
        }
    }

    public bool Has(string kind, string text)
    {
        lock (_gate)
        {
            return _entries.Contains(new(kind, text));
        }
    }

    /// <summary>Whether a client began this step.</summary>
    public bool HasAsked(string step)
    {
        lock (_gate)
        {
            return _entries.Exists(e => e.Kind == Entry.Asked && e.Text.EndsWith($" {step}", StringComparison.Ordinal));
        }
    }

    /// <summary>The version that was deployed last, if any.</summary>
    public string? Version()
    {
        lock (_gate)
        {
            return _entries.FindLast(static e => e.Kind == Entry.Deployed)?.Text;
        }
    }

    /// <summary>Whether a call of this activity by the instance has failed, and that is stored.</summary>
    public bool HasFailed(string instanceId, string activity)
    {
        lock (_gate)
        {
            return _entries.Exists(e => e.Kind == Entry.Failed
                && e.Text.StartsWith($"{instanceId} #", StringComparison.Ordinal) && e.Text.Contains($" {activity} ", StringComparison.Ordinal));
        }
    }

    /// <summary>The moment of the last kill the hub has seen, if any.</summary>
    public Moment? Struck()
    {
        lock (_gate)
        {
            return _entries.FindLast(static e => e.Kind == Entry.Struck) is { } kill ? Enum.Parse<Moment>(kill.Text[..kill.Text.IndexOf(' ')]) : null;
        }
    }

    /// <summary>The last time the clock showed.</summary>
    public DateTimeOffset? Clock()
    {
        lock (_gate)
        {
            return _entries.FindLast(static e => e.Kind == Entry.Clock) is { } clock
                ? DateTimeOffset.Parse(clock.Text, CultureInfo.InvariantCulture)
                : null;
        }
    }

    public void Dispose() => _file.Dispose();

    internal sealed record Entry(string Kind, string Text)
    {
        /// <summary>A client began a call.</summary>
        public const string Asked = "asked";

        /// <summary>The call came back: what it asked for is durable.</summary>
        public const string Answered = "answered";

        public const string Clock = "clock";

        /// <summary>An activity had its effect.</summary>
        public const string Ran = "ran";

        /// <summary>The call of an activity has been stored.</summary>
        public const string Called = "called";

        /// <summary>Its result has been stored.</summary>
        public const string Completed = "completed";

        /// <summary>Its failure has been stored.</summary>
        public const string Failed = "failed";

        /// <summary>A version of the app began.</summary>
        public const string Deployed = "deployed";

        public const string Struck = "struck";
    }
}
