using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Model.Tests.Twins;
using Penalties;
using Penalties.Blocking;
using Penalties.Cases;
using Penalties.Content;
using Penalties.Intake;
using Penalties.Intake.Sources;
using Penalties.Managers;
using Penalties.Outside;
using Penalties.Outside.Crm;
using Penalties.Outside.Sms;
using Penalties.Privacy;
using Penalties.Requests;
using Penalties.Rules;
using Penalties.Sweeps;
using Turns;

namespace Model.Tests;

/// <content>What the host builds of the app: stores, clients, steps, queue functions, sweeps.</content>
internal sealed partial class Centre
{
    /// <summary>All that the app has; looked for once, not for each of ten thousand centres.</summary>
    public static readonly DurableTaskRegistry Orchestrators = new DurableTaskRegistry().AddOrchestratorsOf(typeof(CaseStarter).Assembly.GetTypes());

    private static readonly ProductContent Content = new(Options.Create(new HolidayOptions()));
    private static readonly Telemetry Meters = new();
    private static readonly ZendeskOptions Zendesk = new() { BaseUrl = new("http://town/zendesk/"), Email = "e", ApiToken = "t" };
    private static readonly CrmOptions Crm = new() { Sources = { ["zendesk"] = new() } };
    private static readonly ZendeskPace NoHurry = new(Options.Create(new ZendeskOptions { UpdatesPerMinute = 100_000_000, UpdatesPerTicket = 100_000_000 }));
    private static readonly IOptions<PrivacyOptions> Privacy = Options.Create(new PrivacyOptions { HashKey = "0123456789abcdef" });
    private static readonly AgitOptions Agit = new()
    {
        WebhookBaseUrl = new("http://town/agit/"),
        ApiBaseUrl = new("http://town/agit/"),
        BotToken = "b",
        Koc = new() { Token = "k", GroupId = 1 },
        Kmcc = new() { Token = "m", GroupId = 2 },
    };

    private Centre(DateTimeOffset at, bool replays)
    {
        Clock = new(at.ToUniversalTime());
        Queues = new(Clock);
        World = new(Clock);
        var http = new HttpClient(World);
        var tables = new AppTables(Tables, Options.Create(new StorageOptions()));
        var operations = new OperationTable(tables);
        var followUp = Options.Create(new FollowUpOptions
        {
            // Short limits: what lies behind them is reached more often, with fewer looks before.
            OutcomeRecheck = TimeSpan.FromHours(12),
            OutcomeLimit = TimeSpan.FromDays(2),
            DeliveryWatch = TimeSpan.FromHours(81),
            RemindEvery = TimeSpan.FromHours(9),
        });
        var block = Options.Create(new BlockOptions());
        Pause = new(operations, Clock);
        var unknocked = new Unknocked(operations);
        Starter = new(unknocked, NullLogger<CaseStarter>.Instance);
        Snapshots = new(Content, Clock);
        var index = new CaseIndex(tables, Snapshots);
        var directory = new CaseDirectory(tables);
        Cases = new(tables, index, directory, Clock, NullLogger<CaseStore>.Instance);
        var contacts = new ContactStore(tables, Clock);
        var steps = new CaseSteps(Cases, Snapshots, Clock);
        var callbacks = new Callbacks(Cases, contacts, Starter, followUp);
        var mapper = new ComplaintMapper(Privacy, Options.Create(Crm), Content, Clock);
        var board = new AgitBoard(http, Options.Create(Agit));
        var boardText = new BoardText(Options.Create(Agit), Options.Create(new ProductOptions { PublicUrl = new("http://product/") }));
        var lease = new BoardLease(operations, Options.Create(new ResilienceOptions()), TimeProvider.System);
        var admin = new DriverAdmin(http, Options.Create(new DriverAdminOptions { BaseUrl = new("http://town/driver-admin/"), Token = "t" }));
        var sms = new SolapiSms(http, Options.Create(new SolapiOptions { BaseUrl = new("http://town/solapi/"), SenderNumber = "15771577" }));
        var tickets = new ZendeskTickets(http, NoHurry, Options.Create(Zendesk));
        var queues = new BlockQueues(Queues);
        var metrics = new CaseMetrics(Meters);
        var plan = new PurgePlan(tables, Privacy, Clock);

        var refused = new RefusedDeliveries(tables, Starter, Clock);
        var rides = new RidesAfterBlocks(Cases, directory, contacts, Starter);
        _intake = new(Cases, contacts, mapper, Starter, refused, callbacks, rides, followUp);
        var reception = new Reception(new ComplaintFormRules(), _intake, refused, Options.Create(Zendesk), NullLogger<Reception>.Instance);
        var fetch = new TicketFetch(tickets, reception, Starter, Options.Create(Crm), Clock);
        _blockDriver = new(Cases, contacts, admin, queues, block, Clock, NullLogger<BlockDriver>.Instance);
        _recordBlockResult = new(Cases, Starter, rides, queues, block, Clock, NullLogger<RecordBlockResult>.Instance);
        _kept = new(tables, Clock);
        _lookAfterDeadLetters = new(_kept, Cases, queues, new(tables, Clock), NullLogger<LookAfterDeadLetters>.Instance);
        _deadLetters = new(_kept, Cases, Starter, rides, admin, NullLogger<BlockDeadLetters>.Instance);
        _sweepCases = new(index, Cases, Starter, Snapshots, operations, metrics, Clock, NullLogger<SweepCases>.Instance);
        _sweepIndex = new(index, directory, Cases, Starter, operations, metrics, Clock, NullLogger<SweepIndex>.Instance);
        _knockLater = new(unknocked, Cases, metrics, NullLogger<KnockLater>.Instance);
        _sweepUnknownSms = new(index, new(Cases, Starter, sms), operations, metrics, NullLogger<SweepUnknownSms>.Instance);

        foreach (var (name, orchestrator) in Orchestrators.GetOrchestrators())
        {
            _registry.AddOrchestrator(name, orchestrator(null!));
        }

        Step(nameof(OpenCase), (work, ct) => new OpenCase(steps, index, directory, rides).Run(work, Client!, ct));
        Step(nameof(ReadCase), new ReadCase(steps).Run);
        Step(nameof(RequestDriverBlock), new RequestDriverBlock(steps, queues).Run);
        Step(nameof(PostPenaltyRequest), new PostPenaltyRequest(steps, lease, board, boardText).Run);
        Step(nameof(WriteContactLog), new WriteContactLog(steps, Snapshots, tickets, Options.Create(Zendesk), NullLogger<WriteContactLog>.Instance).Run);
        Step(nameof(CommentOnBoard), new CommentOnBoard(steps, lease, board, boardText).Run);
        Step(nameof(CheckDriverOutcome), new CheckDriverOutcome(steps, admin, Clock).Run);
        Step(nameof(SendFeedbackSms), new SendFeedbackSms(
            steps, contacts, sms, new(steps, admin, Clock, NullLogger<StandingBlock>.Instance), Pause, Content, Options.Create(new MessageOptions()), Clock, NullLogger<SendFeedbackSms>.Instance).Run);
        Step(nameof(SettleReservation), new SettleReservation(steps, sms, Clock).Run);
        Step(nameof(CheckSmsDelivery), new CheckSmsDelivery(steps, sms, Clock).Run);
        Step(nameof(TakeAnswerBack), new TakeAnswerBack(steps).Run);
        Step(nameof(RemindManager), new RemindManager(steps, metrics, Clock, NullLogger<RemindManager>.Instance).Run);
        Step(nameof(CloseCase), new CloseCase(steps, plan).Run);
        Step(nameof(FileCallback), (work, ct) => new FileCallback(steps, callbacks).Run(work, Client!, ct));
        _registry.AddActivityFunc<HandoverWork, CaseSnapshot>(nameof(HandToManager), (_, work) => new HandToManager(steps).Run(work, default));
        _registry.AddActivityFunc<FailedStep, CaseSnapshot>(
            nameof(RecordFailedStep), (_, failed) => new RecordFailedStep(steps, NullLogger<RecordFailedStep>.Instance).Run(failed, default));
        var ticketNote = new WriteTicketNote(tickets, NullLogger<WriteTicketNote>.Instance);
        _registry.AddActivityFunc<TicketNote>(nameof(WriteTicketNote), (_, note) => ticketNote.Run(note, default));
        _registry.AddActivityFunc<TicketToFetch>(nameof(FileTicket), (_, ticket) => new FileTicket(fetch).Run(ticket, Client!, default));
        _engine = new(_registry, Clock) { ReplaysEveryTurn = replays };
        Client = new HubClient(_engine, AppVersion);
    }

    private void Step(string name, Func<CaseWork, CancellationToken, Task<CaseSnapshot>> run) =>
        _registry.AddActivityFunc<CaseWork, CaseSnapshot>(name, (_, work) => run(work, default));

    private sealed class Telemetry : System.Diagnostics.Metrics.IMeterFactory
    {
        private readonly System.Diagnostics.Metrics.Meter _meter = new("model");

        public System.Diagnostics.Metrics.Meter Create(System.Diagnostics.Metrics.MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }
}
