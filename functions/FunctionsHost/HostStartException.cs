namespace FunctionsHosting;

/// <summary>The host cannot start, and why: each problem names what is wrong and what is allowed.</summary>
public sealed class HostStartException : Exception
{
    public HostStartException(string problem, Exception? cause = null)
        : base(problem, cause)
    {
        Problems = [problem];
    }

    public HostStartException(string subject, IReadOnlyList<string> problems)
        : base($"{subject}:{string.Concat(problems.Select(p => $"{Environment.NewLine}  - {p}"))}")
    {
        Problems = problems;
    }

    /// <summary>One sentence a problem.</summary>
    public IReadOnlyList<string> Problems { get; }
}
