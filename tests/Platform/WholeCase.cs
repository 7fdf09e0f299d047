using System.Diagnostics;
using System.Globalization;
using System.Text;
using LocalHost.Sandbox;
using LocalHost.Tour;
using Penalties.Requests;
using Penalties.Rules;

namespace Platform.Tests;

/// <summary>What people and systems do about one case; each is one call that may have to be made again.</summary>
public enum Chapter
{
    /// <summary>An agent saves the complaint: it is filed, posted, blocked and noted.</summary>
    Filed,

    /// <summary>The customer asks again: it is counted, commented on and noted.</summary>
    AskedAgain,

    /// <summary>A named person concludes the outcome, and the driver admin pushes it.</summary>
    Concluded,

    /// <summary>The promised day comes: the text is sent.</summary>
    Answered,

    /// <summary>The provider reports that it arrived: the case is closed.</summary>
    Delivered,
}

/// <summary>
/// One case from filing to its end. On a clock that stands it is filed three days before its answer is due; in real time the ticket says that the
/// customer spoke three days ago, so that it is due at once (<see cref="InRealTime"/>).
/// </summary>
internal sealed class WholeCase
{
    public const string Filing = "2026-09-18 22:30 KST";

    private const string Due = "2026-09-21 09:00 KST";
    private const string AllSpread = "2026-09-21 09:15 KST";

    /// <summary>What a dead process was working on comes back within a minute.</summary>
    private static readonly TimeSpan EngineLimit = TimeSpan.FromSeconds(75);

    private readonly HostProcess _host;
    private readonly ComplaintBody _complaint;
    private readonly DateTimeOffset _spokenAt;

    private WholeCase(HostProcess host, WholeCase same) => (_host, _complaint, _spokenAt, Id) = (host, same._complaint, same._spokenAt, same.Id);

    private WholeCase(HostProcess host, int number)
    {
        _host = host;
        _spokenAt = host.IsJumped ? host.Now : host.Now.AddDays(-3);
        var ticket = string.Create(CultureInfo.InvariantCulture, $"{long.Parse(host.Ticket, CultureInfo.InvariantCulture) + number}");
        _complaint = A.FeedbackRequest with
        {
            Account = host.Account,
            Ticket = ticket,
            RideId = $"{A.FeedbackRequest.RideId}-{number}",

            // Of one customer and one driver the later rides would be rides after the block.
            CustomerId = $"{A.FeedbackRequest.CustomerId}-{number}",
            OccurredAt = _spokenAt.ToOffset(Korea).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        };
        Id = CaseId.Of(host.Account, ticket, CaseKind.Penalty);
    }

    /// <summary>What lets a case go from its filing to its end in real time, whatever the hour.</summary>
    public static IReadOnlyDictionary<string, string?> InRealTime { get; } = new Dictionary<string, string?>
    {
        ["Crm__Sources__zendesk__EventAge"] = "4.00:00:00",
        ["FollowUp__WindowOpens"] = "00:00:00",
        ["FollowUp__WindowCloses"] = "23:59:59",
        ["FollowUp__Spread"] = "00:00:00",
    };

    public string Id { get; }

    public string Ticket => _complaint.Ticket;

    /// <summary>Before it no text may be sent.</summary>
    public DateTimeOffset DueAt => _host.IsJumped ? Kst.Parse(Due) : new(_spokenAt.ToOffset(Korea).Date.AddDays(3), Korea);

    /// <summary>The one text the customer gets.</summary>
    public string Answer => Script.FeedbackBody(_spokenAt.ToOffset(Korea).ToString("MM'월 'dd'일'", CultureInfo.InvariantCulture));

    private static TimeSpan Korea => TimeSpan.FromHours(9);

    /// <param name="host">Where its webhooks go.</param>
    /// <param name="number">Another ticket of the same world.</param>
    public static async Task<WholeCase> At(HostProcess host, int number = 0)
    {
        await host.Desk.World.NextSms(SmsResult.Stays);
        return new(host, number);
    }

    /// <summary>The same case, told to another host.</summary>
    public WholeCase With(HostProcess host) => new(host, this);

    /// <summary>Done by whoever does it, who comes again until it was taken.</summary>
    public Task Tell(Chapter chapter) => UntilTaken($"{chapter}", () => TellOnce(chapter));

    /// <summary>Whoever got no answer comes again.</summary>
    public Task UntilTaken(string what, Func<Task> call) => _host.Until($"{Id}: {what} is taken", async _ =>
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception e) when (IsNoAnswer(e))
        {
            return false;
        }
    });

    public static bool IsNoAnswer(Exception e) => e is HttpRequestException or SandboxException or OperationCanceledException;

    /// <summary>Nobody comes again.</summary>
    public Task TellOnce(Chapter chapter) => chapter switch
    {
        Chapter.Filed => File(),
        Chapter.AskedAgain => AskAgain(),
        Chapter.Concluded => Conclude(),
        Chapter.Answered => _host.IsJumped ? _host.AdvanceTo(AllSpread) : Task.CompletedTask,
        Chapter.Delivered => Deliver(),
    };

    /// <summary>Somebody knocks at its orchestration, who need not have changed anything.</summary>
    public async Task Knock()
    {
        using var taken = await _host.Http.PostAsync(
            $"runtime/webhooks/durabletask/instances/{Id}/raiseEvent/{CaseStarter.CaseChanged}?code=local-durabletask-key",
            new StringContent("null", Encoding.UTF8, "application/json"));
        taken.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until everything has been done that follows from it. Business time goes on only where the engine, in real time, has nothing left to do.</summary>
    public async Task Seen(Chapter chapter)
    {
        var began = Stopwatch.StartNew();
        await _host.Until($"{Id} is {chapter}", async _ =>
        {
            if (await StoredCase.Find(_host, Id) is { } stored && IsSeen(chapter, stored))
            {
                return true;
            }

            if (chapter is Chapter.Delivered && _host.IsJumped && began.Elapsed > EngineLimit)
            {
                await _host.AdvanceBy(TimeSpan.FromMinutes(1));
            }

            return false;
        });
        if (_host.IsJumped)
        {
            await _host.WhenIdle();
        }
    }

    public async Task Goes(Chapter chapter)
    {
        await Tell(chapter);
        await Seen(chapter);
    }

    /// <summary>From its filing to its end.</summary>
    public async Task GoesOn()
    {
        foreach (var chapter in Enum.GetValues<Chapter>().Where(static chapter => chapter is not Chapter.Filed))
        {
            await Goes(chapter);
        }
    }

    /// <summary>The chapter with which that one begins: in real time the promised day has come long ago, and the text follows the outcome.</summary>
    public Chapter BeginsWith(Chapter chapter) => chapter is Chapter.Answered && !_host.IsJumped ? Chapter.Concluded : chapter;

    public async Task<ReceivedByCase> Received() => ReceivedByCase.Of(await _host.Desk.World.Received(), Id, Ticket);

    private static bool IsSeen(Chapter chapter, StoredCase stored) => stored.OwesNothing && (chapter, stored.Case) switch
    {
        (Chapter.Filed, var current) => current is { Board: BoardState.Posted, Block: BlockState.Confirmed },
        (Chapter.AskedAgain, var current) => current.ReContacts == 1,
        (Chapter.Concluded, var current) => current.Outcome is OutcomeState.Concluded,
        (Chapter.Answered, var current) => current.Message is MessageState.Sent,
        (Chapter.Delivered, var current) => current.Life is LifeState.Closed,
    };

    private async Task File()
    {
        var filed = await _host.Desk.File(_complaint);
        Took(filed.Answer.Status is 200 or 202 && filed.Id == Id, filed.Answer);
    }

    private async Task AskAgain()
    {
        using var answer = await _host.Desk.Post($"api/penalty-requests/{Id}/re-contacts", new { contact = "call-1", askedWhen = false }, Person.Agent);
        answer.EnsureSuccessStatusCode();
    }

    private async Task Conclude()
    {
        var answer = await _host.Desk.Conclude(Id, "warning", "lead-3", _spokenAt.AddMinutes(1), push: true);
        Took(answer is { Status: 200 }, answer);
    }

    /// <exception cref="HttpRequestException">It was not taken: its sender comes again.</exception>
    private static void Took(bool isTaken, TargetAnswer? answer)
    {
        if (!isTaken)
        {
            throw new HttpRequestException($"{answer}");
        }
    }

    private async Task Deliver()
    {
        if ((await Received()).Sms.SingleOrDefault(static sms => !sms.Delivered) is { } underway)
        {
            await _host.Desk.World.SettleSms(underway.MessageId, SmsResult.Delivered);
        }
    }
}
