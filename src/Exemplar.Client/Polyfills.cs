#if NETSTANDARD2_0
namespace System.Runtime.CompilerServices;

/// <summary>What the compiler looks for when a property has <c>init</c>; older frameworks lack it.</summary>
internal static class IsExternalInit;
#endif
