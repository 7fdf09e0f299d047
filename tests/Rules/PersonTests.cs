using System.Reflection;
using Penalties.Rules;

namespace Rules.Tests;

/// <summary>Invariant 9: no penalty is ever decided by the program.</summary>
public sealed class PersonTests
{
    /// <summary>Every event that only a person may cause, with a place for who it is.</summary>
    public static TheoryData<Type> Decisions => [.. OfPersons];

    private static IEnumerable<Type> OfPersons => typeof(CaseEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IDecidedByPerson)) && !type.IsInterface);

    [Fact]
    public void What_only_a_person_decides_is_marked_so()
    {
        Type[] expected =
        [
            typeof(AppealRejected), typeof(CallbackCancelled), typeof(CallbackDone),
            typeof(CallbackUnanswered), typeof(FilingApproved), typeof(FilingRefused), typeof(HandoverSettled),
            typeof(ManagerAnswered), typeof(MessageResendOrdered), typeof(OutcomeConcluded), typeof(OutcomeCorrected), typeof(OutcomeOverturned), typeof(UnblockOrdered),
        ];
        Assert.Equal(expected.OrderBy(type => type.Name), OfPersons.OrderBy(type => type.Name));
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public void Without_a_named_person_it_is_refused_in_every_state(Type decision)
    {
        foreach (var nobody in new[] { "", " ", Actor.System, Actor.DriverAdmin })
        {
            Assert.All(States(), state => Assert.NotNull(Transitions.Apply(state, Made(decision, nobody), A.Friday.AddDays(1)).Refusal));
        }

        Assert.Contains(States(), state => Transitions.Apply(state, Made(decision, "manager-1"), A.Friday.AddDays(1)).Case is not null);
    }

    /// <summary>Decision and outcome move by these events and by no other.</summary>
    [Fact]
    public void No_other_event_moves_a_decision_to_file_or_not_or_makes_an_outcome()
    {
        Assert.All(Transitions.Decision.Where(row => row.To is DecisionState.File or DecisionState.DoNotFile && row.To != row.From), row => Assert.True(row.Event.IsAssignableTo(typeof(IDecidedByPerson))));
        Assert.All(
            Transitions.Outcome.Where(row => row.To is OutcomeState.Concluded or OutcomeState.Upheld or OutcomeState.Overturned && row.To != row.From),
            row => Assert.True(row.Event.IsAssignableTo(typeof(IDecidedByPerson))));
    }

    [Theory]
    [InlineData("manager-1", true)]
    [InlineData("system", false)]
    [InlineData("driver-admin", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_person_has_a_name_of_their_own(string? name, bool isPerson) => Assert.Equal(isPerson, Actor.IsPerson(name));

    private static IEnumerable<PenaltyCase> States()
    {
        var concluded = A.Case().After(new FeedbackPromised(), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));
        yield return A.Case();
        yield return A.Callback();
        yield return A.Case(A.Complaint with { Unclear = true });
        yield return A.Case().After(new HandedToManager(HandoverReason.Requested));
        yield return A.Case().After(new FeedbackPromised(), new HandedToManager(HandoverReason.AnswerTakenOver));
        yield return A.Case().After(new BlockAgreed(), new BlockConfirmed(A.Friday));
        yield return concluded;
        yield return concluded.After(new AppealFiled("manager-1", "r"));
        yield return concluded.After(new MessageReserved(1, "G1", "feedback@1", 422), new MessageFailed(1, "3059"));
        yield return concluded.After(new HandedToManager(HandoverReason.MessageFailed), new ManagerAnswered("manager-1", "r"), new CaseClosed());
    }

    /// <summary>An event of this type by this person; everything else in it is of no matter.</summary>
    private static CaseEvent Made(Type type, string person)
    {
        var values = type.GetConstructors().Single(made => made.GetParameters() is not [{ ParameterType: var only }] || only != type).GetParameters()
            .Select(parameter => Value(parameter, person)).ToArray();
        return (CaseEvent)Activator.CreateInstance(type, values)!;
    }

    private static object Value(ParameterInfo parameter, string person) => parameter.ParameterType switch
    {
        { } text when text == typeof(string) => parameter.Name is "By" or "DecidedBy" ? person : "grounds",
        { } kind when kind == typeof(OutcomeKind) => OutcomeKind.NoViolation,
        { } way when way == typeof(AnswerWay) => AnswerWay.Telephone,
        { } time when time == typeof(DateTimeOffset) => A.Friday.AddHours(2),
        { } other => throw new NotSupportedException($"A {other.Name} is not known here."),
    };
}
