# Sourced by the other scripts, at the root of the source tree.

# Made after each complete build; what is newer than it makes the next one necessary.
built=gateway/target/built

# Prints the home of a JDK of this version: JAVA_HOME_<version>, JAVA_HOME, /usr/lib/jvm.
find_jdk() {
  local version=$1 named="JAVA_HOME_$1" home
  for home in "${!named:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [[ -n $home && -x $home/bin/javac && -f $home/release ]] &&
      grep -q "^JAVA_VERSION=\"$version[.\"-]" "$home/release"; then
      echo "$home"
      return 0
    fi
  done
  return 1
}

is_built() {
  [[ -f $built && -x gateway/target/sluice/bin/sluice &&
    -d protocol-drivers/simulator/target/simulator/lib && -d gateway/benchmarks/target/lib &&
    -z $(find pom.xml gateway protocol-drivers -name target -prune -o -type f -newer "$built" \
      \( -path '*/src/main/*' -o -name pom.xml \) -print -quit) ]]
}

# Builds everything without tests, unless that was done since the last change of a source.
build_if_needed() {
  is_built && return 0
  command -v mvn > /dev/null || { echo "Maven is needed to build: apt-get install maven" >&2; return 1; }
  JAVA_HOME=$(find_jdk 17) ||
    { echo "JDK 17 is needed to build: apt-get install openjdk-17-jdk-headless" >&2; return 1; }
  export JAVA_HOME
  echo "building; the first time it also downloads, which takes some minutes ..."
  mvn -q -B -ntp -Dstyle.color=never -Dmaven.test.skip=true -Dspotless.check.skip=true package
  touch "$built"
}
