using System.Diagnostics;

namespace Platform.Tests;

/// <summary>A case goes from its filing to its end while a process that works for it is killed at some of its commits.</summary>
/// <param name="subject">Under which its end is counted.</param>
/// <param name="kill">Ends the process.</param>
/// <param name="revive">Brings it back.</param>
internal sealed class KilledCase(HostProcess host, string subject, Func<Task> kill, Func<Task> revive)
{
    /// <param name="points">Where to kill; one a chapter at the most.</param>
    /// <returns>The case, at its end.</returns>
    public async Task<WholeCase> Play(params IReadOnlyList<CommitPoint> points)
    {
        var story = await WholeCase.At(host);
        var late = TimeSpan.Zero;
        foreach (var chapter in Enum.GetValues<Chapter>())
        {
            if (points.SingleOrDefault(point => story.BeginsWith(point.Chapter) == chapter) is not { } point)
            {
                await story.Goes(chapter);
            }
            else if (await Die(story, chapter, point) is var lost && lost > late)
            {
                late = lost;
            }
        }

        Tally.Add(subject, await CaseEnd.Of(host, story), late, $"{subject} at {string.Join(" and ", points)}\n{host.Output()}");
        return story;
    }

    /// <returns>How long it took from the kill until all was done that belongs to the chapter.</returns>
    private async Task<TimeSpan> Die(WholeCase story, Chapter chapter, CommitPoint point)
    {
        var reached = await point.Arm(host);
        var telling = story.Tell(chapter);
        await reached;
        var began = Stopwatch.StartNew();
        var businessTime = host.Now;
        await kill();
        await point.LetGo(host);
        await revive();
        await telling;
        await story.Seen(chapter);
        return chapter is Chapter.Delivered && host.Now - businessTime > began.Elapsed ? host.Now - businessTime : began.Elapsed;
    }
}
