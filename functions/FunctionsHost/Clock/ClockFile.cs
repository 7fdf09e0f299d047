namespace FunctionsHosting.Clock;

/// <summary>
/// Keeps in a file which real time was which business time, so that a restarted host goes on in business time, as if its clock had run on meanwhile,
/// and never goes back; and so that what happened in earlier runs can be dated in business time.
/// </summary>
public sealed class ClockFile(string path)
{
    private ClockMappings? _mappings;
    private double _speed;

    /// <summary>Whether the clock ever ran otherwise than real time.</summary>
    internal bool KnowsOtherSpeeds => Mappings.Exists(static m => m.Speed != 1);

    private ClockMappings Mappings => _mappings ??= Read();

    /// <summary>The business time at which a clock of that speed goes on; <paramref name="start"/> when nothing was kept or it is later.</summary>
    /// <param name="start">Where a new clock would begin.</param>
    /// <param name="speed">Business seconds per real second, also of what is noted from now on; 0 for a standing clock.</param>
    public DateTimeOffset Resume(DateTimeOffset start, double speed)
    {
        _speed = speed;
        if (Mappings is not [.., var kept])
        {
            return start;
        }

        var elapsed = TimeProvider.System.GetUtcNow() - kept.Real;
        // At the faster of the two speeds: how far the clock went before it was stopped is not known.
        var resumed = kept.Business + (elapsed > TimeSpan.Zero ? elapsed * Math.Max(speed, kept.Speed) : TimeSpan.Zero);
        return resumed > start ? resumed : start;
    }

    /// <summary>
    /// Notes that it is <paramref name="business"/> now. Before a jump, note its target: a host killed right after it must not go back.
    /// </summary>
    public void Note(DateTimeOffset business)
    {
        var now = new ClockMapping(TimeProvider.System.GetUtcNow(), business, _speed);
        if (Mappings is not [.., var last] || last.Speed != now.Speed || last.BusinessTime(now.Real) != business)
        {
            Mappings.Note(now);
        }

        JsonFile.Write(path, Mappings);
    }

    /// <summary>How the clock ran at an instant of real time; null when nothing is kept.</summary>
    internal ClockMapping? At(DateTimeOffset real) => Mappings.Count == 0 ? null : Mappings.At(real);

    private ClockMappings Read()
    {
        try
        {
            return JsonFile.Read<ClockMappings>(path) ?? [];
        }
        catch (JsonException e)
        {
            throw new HostStartException($"{path} is not the clock of a host; the command clean removes it.", e);
        }
    }
}
