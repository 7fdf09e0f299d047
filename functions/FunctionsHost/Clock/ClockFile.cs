using System.Text.Json;
using FunctionsHosting.Storage;

namespace FunctionsHosting.Clock;

/// <summary>
/// Keeps in a file which real time was which business time, so that a restarted host goes on in business time, as if its clock had run on meanwhile,
/// and never goes back.
/// </summary>
public sealed class ClockFile(string path)
{
    /// <summary>The business time at which a clock of that speed goes on; <paramref name="start"/> when nothing was kept or it is later.</summary>
    /// <param name="start">Where a new clock would begin.</param>
    /// <param name="speed">Business seconds per real second; 0 for a standing clock.</param>
    public DateTimeOffset Resume(DateTimeOffset start, double speed)
    {
        if (!File.Exists(path) || Read() is not { } kept)
        {
            return start;
        }

        var elapsed = TimeProvider.System.GetUtcNow() - kept.Real;
        var resumed = kept.Business + (elapsed > TimeSpan.Zero ? elapsed * speed : TimeSpan.Zero);
        return resumed > start ? resumed : start;
    }

    /// <summary>
    /// Notes that it is <paramref name="business"/> now. Before a jump, note its target: a host killed right after it must not go back.
    /// </summary>
    public void Note(DateTimeOffset business)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Mapping(business, TimeProvider.System.GetUtcNow())));
    }

    private Mapping? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Mapping>(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new HostStartException($"{path} is not the clock of a host; the command clean removes it.", e);
        }
    }

    private sealed record Mapping(DateTimeOffset Business, DateTimeOffset Real);
}
