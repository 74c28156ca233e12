# Sourced by the other scripts.

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

# Builds both distributions without running tests, unless they are newer than every source.
build_if_needed() {
  local gateway=gateway/target/sluice/bin/sluice simulator=protocol-drivers/simulator/target/simulator
  if [[ -x $gateway && -d $simulator/lib ]] &&
    [[ -z $(find pom.xml gateway protocol-drivers -newer "$gateway" -type f \
      \( -path '*/src/main/*' -o -name pom.xml \) -not -path '*/target/*' -print -quit) ]]; then
    return 0
  fi
  command -v mvn > /dev/null || { echo "Maven is needed to build: apt-get install maven" >&2; return 1; }
  JAVA_HOME=$(find_jdk 17) ||
    { echo "JDK 17 is needed to build: apt-get install openjdk-17-jdk-headless" >&2; return 1; }
  export JAVA_HOME PATH="$JAVA_HOME/bin:$PATH"
  echo "building (the first time also downloads; some minutes) ..."
  mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true package
  # Maven leaves a file alone whose content is the same; it is up to date all the same.
  touch "$gateway"
}
