using System.Globalization;
using LocalHost.Storage;

namespace LocalHost.Durable.Ownership;

/// <summary>The process that holds a task hub's lease, as the lease's blob tells it.</summary>
/// <param name="Machine">Its machine's name, for people.</param>
/// <param name="Place">Where its process id means what it means here: machine, boot and process id space.</param>
/// <param name="ProcessId">Its process id there.</param>
/// <param name="Started">When that process started.</param>
/// <param name="Since">When it took the hub; real time.</param>
internal sealed record HubOwner(string Machine, string Place, int ProcessId, DateTimeOffset Started, DateTimeOffset Since)
{
    private static readonly string Here = PlaceOfThisProcess();

    /// <summary>It ran where this process runs, and it has ended: nobody has to wait for its lease to run out.</summary>
    public bool HasEnded
    {
        get
        {
            if (Place != Here)
            {
                return false;
            }

            using var process = ProcessStart.Find(ProcessId, Started);
            return process is null;
        }
    }

    public static HubOwner ThisProcess(DateTimeOffset now) => new(Environment.MachineName, Here, Environment.ProcessId, ProcessStart.OfThisProcess, now);

    /// <summary>Null for a blob that nobody who owned the hub has written.</summary>
    public static HubOwner? From(IDictionary<string, string> metadata) =>
        metadata.TryGetValue("machine", out var machine)
        && metadata.TryGetValue("place", out var place)
        && int.TryParse(metadata.TryGetValue("process", out var process) ? process : null, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && Time(metadata, "started") is { } started
        && Time(metadata, "since") is { } since
            ? new(Uri.UnescapeDataString(machine), Uri.UnescapeDataString(place), id, started, since)
            : null;

    /// <summary>As headers can carry it: ASCII.</summary>
    public Dictionary<string, string> ToMetadata() => new()
    {
        ["machine"] = Uri.EscapeDataString(Machine),
        ["place"] = Uri.EscapeDataString(Place),
        ["process"] = ProcessId.ToString(CultureInfo.InvariantCulture),
        ["started"] = Started.ToString("O", CultureInfo.InvariantCulture),
        ["since"] = Since.ToString("O", CultureInfo.InvariantCulture),
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} on {Machine}, since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    private static DateTimeOffset? Time(IDictionary<string, string> metadata, string name) =>
        metadata.TryGetValue(name, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            ? time
            : null;

    /// <summary>Containers may share a machine's name and still not see each other's processes.</summary>
    private static string PlaceOfThisProcess() => OperatingSystem.IsLinux()
        ? $"{Environment.MachineName} {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget}"
        : Environment.MachineName;
}
